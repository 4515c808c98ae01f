cogen generate openapi.yaml    # there is no such file
