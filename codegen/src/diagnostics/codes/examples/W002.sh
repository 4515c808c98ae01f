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
mkdir src
touch src/main.rs
cogen generate openapi.yaml -o src
