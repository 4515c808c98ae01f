cat > openapi.yaml <<'END'
openapi: 3.0.1
info: {title: Pets, version: "1"}
servers: [{url: "https://api.example.com"}]
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: All pets}}
END
cogen generate openapi.yaml -o /proc/client    # no directory can be made there
