printf 'openapi: 3.0.1\ninfo: {title: "Pets\001", version: "1"}\n' > openapi.yaml
cogen generate openapi.yaml
