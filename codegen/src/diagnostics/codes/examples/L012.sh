# As `>` of Windows PowerShell 5 writes it.
printf '\377\376{\000}\000' > openapi.json
cogen generate openapi.json
