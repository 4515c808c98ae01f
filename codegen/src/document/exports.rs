//! The commands that export an API of API Gateway, as diagnostics print them.

/// Exports a stage of a REST API with all that cogen reads (API Gateway Developer Guide, "Export a REST API").
pub const REST: &str = "aws apigateway get-export --rest-api-id ID --stage-name STAGE --export-type oas30 \
     --parameters '{\"extensions\":\"integrations,authorizers\"}' openapi.json";

/// Exports a stage of an HTTP API; without `--stage-name` it would be what is configured, deployed or not (API Gateway Developer
/// Guide, "Export an HTTP API").
pub const HTTP: &str =
    "aws apigatewayv2 export-api --api-id ID --stage-name STAGE --specification OAS30 --output-type YAML openapi.yaml";

/// Both, for a document that does not show which kind of API it is.
pub fn commands() -> String {
    format!(
        "export the deployed stage:\n{REST}\nor, for an HTTP API:\n{HTTP}\nIf GetExport rejects models of other types than \
         JSON, give their methods `application/json` models, or use the document that the API was created from"
    )
}
