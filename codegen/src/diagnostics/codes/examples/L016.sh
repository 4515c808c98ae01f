printf '%%PDF-1.7' > openapi.pdf
cogen generate openapi.pdf
