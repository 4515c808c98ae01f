# Each operation gets a copy of the response for each media type under `produces`.
media_types=$(seq -f '"x/%g",' 60 | tr '\n' ' ')
{
  cat <<'END'
swagger: "2.0"
info: {title: Pets, version: "1"}
host: api.example.com
schemes: [https]
responses:
  Pet:
    description: A pet
    schema:
      type: object
      properties:
END
  seq -f '        p%g: {type: string}' 2000
  echo 'paths:'
  for path in a b c d e f g h; do
    echo "  /$path: {get: {responses: {\"200\": {\$ref: \"#/responses/Pet\"}}, produces: [$media_types]}}"
  done
} > openapi.yaml
cogen generate openapi.yaml
