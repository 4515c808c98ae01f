printf 'openapi: 3.0.1' | gzip -n > openapi.yaml.gz
cogen generate openapi.yaml.gz
