# The `é` of `Café` as Latin-1 has it.
printf 'openapi: 3.0.1\ninfo: {title: Caf\351, version: "1"}\n' > openapi.yaml
cogen generate openapi.yaml
