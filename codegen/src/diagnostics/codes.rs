//! Every code that a diagnostic can have, with the explanation and the example that `cogen explain CODE` prints.

mod examples;

use crate::diagnostics::report::Code;

/// A code with what `cogen explain` prints for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The code.
    pub code: Code,
    /// What it means and what to do about it.
    pub text: &'static str,
    /// The input for which cogen reports it.
    pub example: Example,
}

/// An input for which cogen reports a code: a document with its configuration, or a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its files, the document or the script first.
    pub files: &'static [ExampleFile],
}

/// A file of an [`Example`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExampleFile {
    /// Its name: the number of the code and an extension, such as `L021.json`.
    pub name: &'static str,
    /// Its content.
    pub text: &'static str,
}

impl Example {
    /// The arguments of `cogen` that read the files; `None` for a script or a program, which runs cogen itself.
    pub fn arguments(&self) -> Option<Vec<&'static str>> {
        let mut arguments = vec!["generate"];
        for (index, file) in self.files.iter().enumerate() {
            match file.name.split_once('.').map_or("", |(_, extension)| extension) {
                "yaml" | "json" if index == 0 => arguments.push(file.name),
                "toml" => arguments.extend(["--config", file.name]),
                "schemas.yaml" => arguments.extend(["--schemas", file.name]),
                _ => return None,
            }
        }
        Some(arguments)
    }
}

impl Explained {
    /// The first sentence of the text.
    pub fn first_sentence(&self) -> &'static str {
        let end = self.text.match_indices(['.', ';']).find(|(at, _)| {
            let after = self.text.get(at + 1..).unwrap_or_default();
            after.is_empty() || after.starts_with(' ')
        });
        end.and_then(|(at, _)| self.text.get(..at)).unwrap_or(self.text)
    }
}

/// What a code means and what to do about it; `None` for a code that does not exist. Short forms such as `L021` and `l21` are accepted.
pub fn explain(code: &str) -> Option<Explained> {
    let lower = code.trim().to_ascii_lowercase();
    let short = lower.strip_prefix("cogen").map_or(&*lower, |rest| rest.trim_start_matches(['-', '_']));
    let (letter, digits) = short.split_at_checked(1)?;
    let digits = digits.trim_start_matches('-');
    let number: u16 =
        digits.parse().ok().filter(|_| digits.len() <= 3 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    let written = format!("cogen-{letter}{number:03}");
    all().find(|explained| explained.code.0.eq_ignore_ascii_case(&written))
}

/// Every code with its explanation, in the order of the table.
pub fn all() -> impl Iterator<Item = Explained> {
    TABLE.iter().map(|&(code, text)| Explained { code, text, example: examples::of(code) })
}

macro_rules! codes {
    ($($name:ident = $code:literal: $text:literal;)*) => {
        $(#[doc = $text] pub const $name: Code = Code($code);)*
        const TABLE: &[(Code, &str)] = &[$(($name, $text)),*];
    };
}

// One entry a line or two: `NAME = "COGEN-X000": "explanation";`. Codes are stable: a number is never given twice.
codes! {
    // L: reading files.
    TOO_LARGE = "COGEN-L001": "A file is larger than the limit of cogen. API Gateway accepts documents of up to 6 MB. If the \
        file is meant to be that large, raise `bytes` under `[limits]` in cogen.toml.";
    TOO_DEEP = "COGEN-L002": "Values are nested deeper than the limit of cogen. If this is intended, raise `depth` under \
        `[limits]` in cogen.toml (at most 512).";
    TOO_MANY_NODES = "COGEN-L003": "A file contains more values than the limit of cogen. If this is intended, raise `nodes` \
        under `[limits]` in cogen.toml.";
    EMPTY_FILE = "COGEN-L010": "A file is empty, or contains only white space and comments. Often the command that should have \
        written it failed: run the export again and read its output.";
    COMPRESSED = "COGEN-L011": "A file is an archive or compressed. Extract or decompress it first.";
    UTF16 = "COGEN-L012": "A file is encoded in UTF-16 or UTF-32, as `>` in Windows PowerShell writes it. JSON and YAML \
        documents are UTF-8: convert the file with `iconv`, or let the AWS CLI write the file by passing its name as the last \
        argument.";
    NOT_UTF8 = "COGEN-L013": "A file contains bytes that are not UTF-8, for example text in Latin-1 or Windows-1252. Convert it \
        to UTF-8.";
    MARKUP = "COGEN-L014": "A file contains HTML or XML instead of an OpenAPI document. Servers return such a page if they \
        require a login, or if the URL is that of a web page and not of the raw file.";
    TEMPLATE = "COGEN-L015": "A file is a template (Jinja, Helm, Terraform, ERB, …) that was not rendered, so it is neither \
        JSON nor YAML. Render it first, or use the export of the deployed stage.";
    BINARY = "COGEN-L016": "A file contains binary data.";
    JSON_SYNTAX = "COGEN-L020": "A file that begins like JSON violates the syntax of JSON (RFC 8259).";
    DUPLICATE_KEY = "COGEN-L021": "An object has a duplicate key. Parsers differ in which of the values they use, so cogen uses \
        neither: remove or rename one of the keys. `duplicate-keys` under `[api]` in cogen.toml states that the first or the last one \
        counts, except for keys that decide about security.";
    LONE_SURROGATE = "COGEN-L022": "A `\\u` escape is a lone surrogate: one half of a surrogate pair (D800 to DFFF) without the \
        other. It is not a character, and Rust strings cannot contain it. Write both escapes of the pair, or the character \
        itself.";
    YAML_SYNTAX = "COGEN-L030": "A file that is read as YAML violates the syntax of YAML 1.2.";
    YAML_ALIAS = "COGEN-L031": "A YAML alias (`*name`) repeats the value that has the anchor `&name`. It is an error if no such \
        anchor precedes it, or if the alias is inside the value that it repeats. The values that aliases repeat count toward \
        `nodes` under `[limits]`.";
    YAML_MERGE = "COGEN-L032": "The value of a YAML merge key (`<<`) is not a mapping. A merge key adds the keys of a mapping, \
        or of a list of mappings, to the mapping that contains it.";
    YAML_DOCUMENTS = "COGEN-L033": "A YAML file contains several documents, separated by `---`. Put the OpenAPI document into \
        its own file.";
    YAML_TAG = "COGEN-L034": "A YAML tag (`!name`) is neither a tag of YAML nor the short form of a CloudFormation function, so \
        its value is unknown. A tag such as `!include` needs another tool to process the file first.";
    YAML_KEY = "COGEN-L035": "A key of a YAML mapping is a list or a mapping, which JSON and OpenAPI do not allow. An \
        unrendered `{{ … }}` of a template is read as such a key.";
    YAML_AMBIGUOUS = "COGEN-L036": "A plain YAML scalar such as `012` is a number for some parsers and a string for others. \
        cogen treats it as a string. Write it in quotes, or write the number without leading zeros.";
    CONTROL_CHARACTER = "COGEN-L037": "A file contains an unescaped control character, which JSON and YAML do not allow. Remove \
        it, or write it as an escape sequence in double quotes.";

    // U: versions of OpenAPI.
    NO_VERSION = "COGEN-U001": "A file has neither the key `openapi` nor the key `swagger`. Every OpenAPI document has one of \
        them.";
    VERSION_UNKNOWN = "COGEN-U002": "The OpenAPI version of the document is not supported. cogen reads Swagger 2.0, OpenAPI 3.0 \
        and OpenAPI 3.1.";
    NOT_AN_OBJECT = "COGEN-U003": "The root of an OpenAPI document must be an object.";
    TWO_VERSIONS = "COGEN-U010": "A document has both the key `openapi` and the key `swagger`, as SAM writes them. It is read \
        as OpenAPI 3.";
    SWAGGER_FORM = "COGEN-U011": "An OpenAPI 3 document uses a form of Swagger 2.0 (`definitions`, `securityDefinitions`, a \
        body parameter, a response's `schema`, …), or the reverse. cogen treats it as the equivalent form of the document's \
        version.";
    WEBHOOKS_IGNORED = "COGEN-U012": "`webhooks` describe requests that the API sends. cogen generates code only for requests \
        that a client sends.";
    WIDENED = "COGEN-U021": "A schema has a keyword that cogen does not support. It is treated as a wider schema, which accepts \
        every value that the original accepts.";
    TOO_MUCH_COPIED = "COGEN-U022": "Converting the document to OpenAPI 3.0, or joining it with its source document, would copy \
        too many values. The conversion copies a body for each of its media types, and the parameters of a path for each of its \
        methods.";
    COLLECTION_FORMAT = "COGEN-U023": "A parameter has a `collectionFormat` that Swagger 2.0 does not define. The values are \
        csv, ssv, tsv, pipes, and, for query and form parameters, multi.";
    PARAMETER_WITHOUT_TYPE = "COGEN-U024": "A parameter has no `type`. It is treated as a string.";
    CONSTRAINT = "COGEN-U025": "A schema has a keyword that only restricts the valid values, such as `if` or `contains`. The \
        service checks it. A property that only such a keyword declares is an optional property.";

    // C: configuration.
    CONFIG_SYNTAX = "COGEN-C001": "The configuration is not valid TOML (<https://toml.io>), so none of it was read. A key that \
        is defined twice in a table is also such an error.";
    CONFIG_KEY = "COGEN-C002": "The configuration contains an unknown key. Ignoring a misspelled key would change the generated \
        code silently, so it is an error. The help suggests the key that was probably meant.";
    CONFIG_TYPE = "COGEN-C003": "A value of the configuration has the wrong type, for example a string instead of a boolean.";
    CONFIG_VALUE = "COGEN-C004": "A value of the configuration is invalid: for example a name that Cargo or Rust reject, a URL \
        that is not absolute, or a user pool id without a Region. The message states the rule.";
    CONFIG_CLASH = "COGEN-C005": "Two entries of the configuration have the same name, or give one name to two things. Remove \
        or rename one of them.";
    CONFIG_SECRET = "COGEN-C006": "The configuration contains a client secret. Values of the configuration become part of the \
        generated crate, and so become visible to everyone who uses the crate. The id of an app client and the domain of a \
        managed login are public, but a client secret is not: read it from a secret store at run time, and pass it to \
        `client_credentials`. Replace a secret that was committed.";
    RENAME_TAKEN = "COGEN-C007": "A name under `[rename.operations]` or `[rename.types]` is already used, by a method of the \
        client itself or by another operation or type. cogen does not change a configured name: use a different one. A key that \
        names several types is also such an error.";
    NO_DEPENDENCY = "COGEN-C024": "A type under `[types.replace]` needs a crate that is not a dependency of the generated \
        crate. Add the crate to `[dependencies]` in cogen.toml, which cogen copies to the generated manifest. A `path` there is \
        relative to the generated crate.";
    ENVIRONMENT_AUTHORIZER = "COGEN-C060": "A table `[environments.NAME.authorizers.X]` in cogen.toml does not name an \
        authorizer of the document that accepts tokens. The help suggests the authorizer that was probably meant.";
    PAGINATE = "COGEN-C061": "A table `[paginate.OPERATION]` in cogen.toml does not fit the operation: it names a property that the \
        response does not have, or a parameter that the request does not have. The help lists those that there are.";
    VALUE_NOT_LISTED = "COGEN-C025": "A value under `[server-variables]` in cogen.toml is not listed in the `enum` of the \
        variable in the document.";
    VALUE_UNUSED = "COGEN-C050": "A value under `[values]` in cogen.toml is not used: the document has no placeholder of that \
        name to fill. The name may be misspelled, or the placeholder may be part of a text with other placeholders that have no \
        value.";
    FILLED_TOO_MUCH = "COGEN-C051": "Replacing the placeholders and functions of the document would produce too much text. \
        Nested functions can double the text with each level. Deploy the template and export the stage.";

    // W: files and directories.
    FILE_READ = "COGEN-W001": "A file cannot be read. The message contains the error of the operating system.";
    FILE_FOREIGN = "COGEN-W002": "The output exists and was not written by cogen. cogen writes only to a directory that is new, \
        empty or its own, and overwrites only files that it wrote: those listed in the file `.cogen` of the output directory, \
        which belongs under version control, or, for a single file, one with `@generated` in its first lines. Choose another \
        output with `-o`, or move the existing files.";
    FILE_LINK = "COGEN-W003": "The output contains a symbolic link. cogen does not follow links, because a link can lead out of \
        the output directory. Replace the link with a directory, or remove it.";
    FILE_BUSY = "COGEN-W004": "Another run of cogen is writing into the same directory. Wait until it ends, or use a different \
        directory for each run.";
    FILE_WRITE = "COGEN-W005": "A file cannot be written. The message contains the error of the operating system. The files of \
        the previous run are unchanged.";
    BUILD_SCRIPT = "COGEN-W006": "`cogen::Builder` was called outside of a build script, or with an invalid argument. It writes \
        into the directory `OUT_DIR`, which Cargo sets for build scripts only.";
    NOTHING_GENERATED = "COGEN-W008": "No code is generated, because of the errors before this one. `--keep-going`, or \
        `keep-going = true` under `[api]` in cogen.toml, leaves out all operations with errors. `operations` under `[skip]` \
        leaves out the listed operations.";
    RUNTIME_PATH = "COGEN-W007": "The value of `--runtime-path` is not the directory of the package `cogen-runtime`. Pass the \
        directory that contains its Cargo.toml.";
    // S: the document's structure.
    NO_OBJECT_HERE = "COGEN-S001": "A value that must be an object (`paths`, a path item, an operation, …) has another type.";
    NO_PATHS = "COGEN-S002": "The document has no `paths`, so the client has no methods. cogen generates only the types of its \
        schemas.";
    CONDITION = "COGEN-S003": "A CloudFormation `Fn::If` has an empty branch (`AWS::NoValue`). cogen uses the other branch.";
    UNRENDERED = "COGEN-S004": "The document contains a CloudFormation function such as `Fn::Transform` in place of paths or \
        operations, which are in another file. Deploy the template and export the stage.";
    UNDECIDED = "COGEN-S005": "A CloudFormation `Fn::If` has two branches that differ in what a client needs, so an operation \
        or a parameter is not determined. Set the deployed value of the condition in cogen.toml, for example `IsProd = true` \
        under `[values]`, or use the export of the deployed stage.";
    KEY_MISSPELT = "COGEN-S006": "A key of the document is similar to a key of OpenAPI or API Gateway, for example `GET` \
        instead of `get`, or `Security` instead of `security`. It is an error if the intended key determines which methods \
        exist or which credentials they require.";
    KEY_UNKNOWN = "COGEN-S007": "A key of the document is neither defined by OpenAPI or API Gateway nor an extension (`x-…`). \
        It is ignored.";
    METHOD_TWICE = "COGEN-S008": "A path item with a `$ref` and the path item it refers to define the same method. OpenAPI does \
        not define which one applies (OpenAPI 3.0.3, \"Path Item Object\").";
    BESIDE_REFERENCE = "COGEN-S009": "An operation or a security scheme has keys beside a `$ref`, which would be ignored, and \
        with them the credentials they require. Write the whole value, or only the `$ref`.";
    NO_BASE_URL = "COGEN-S010": "The document has no usable `servers` (or `host`), so the generated client has no default base \
        URL. Set `base-url` under `[api]` in cogen.toml, or call `.base_url(..)` on the builder of the client.";
    DISABLED_HOST = "COGEN-S011": "`x-amazon-apigateway-endpoint-configuration` disables the execute-api host or makes it \
        private, so it is not used as the default base URL. Set `base-url` under `[api]` in cogen.toml to the custom domain.";
    BAD_SERVER = "COGEN-S012": "A server URL is not an absolute URL of https or http. URLs with user information, a query or a \
        fragment are also rejected, because the client sends credentials to the host.";
    TEMPLATE_RESOURCE = "COGEN-S020": "The file is a template of CloudFormation, SAM or the CDK, and the document of the API is \
        missing or ambiguous. cogen reads the `Body` of an `AWS::ApiGateway::RestApi` or `AWS::ApiGatewayV2::Api`, and the \
        `DefinitionBody` of an `AWS::Serverless::Api` or `AWS::Serverless::HttpApi`. `--resource NAME` chooses one of several \
        APIs. What SAM adds (`Auth`, the events of functions) is in the document only after SAM's transform.";
    // O: operations.
    DUPLICATE_ID = "COGEN-O001": "Two operations have the same `operationId`. The names of both methods are extended with \
        method and path.";
    OWN_SERVERS = "COGEN-O002": "An operation or a path item has its own `servers`. They are ignored, because a client sends \
        its credentials to one origin only. Build a second client with that base URL.";
    DEFAULT_ROUTE = "COGEN-O003": "The route `$default` of an HTTP API serves every request that has no other route. The \
        generated method takes the path as an argument.";
    ANY_METHOD = "COGEN-O004": "The route `x-amazon-apigateway-any-method` serves every HTTP method that the path does not \
        declare. The generated method takes the HTTP method as its first argument.";
    CORS_SKIPPED = "COGEN-O005": "An `OPTIONS` operation only serves CORS preflight requests, so no method is generated for it. \
        `--include-cors` generates a method for each of them.";
    UNDECLARED_PARAMETER = "COGEN-O010": "A path contains a `{parameter}` that the document does not declare. It is treated as \
        a string.";
    NOT_IN_PATH = "COGEN-O011": "A declared path parameter is not in the path. It is ignored.";
    FOLDED_CREDENTIAL = "COGEN-O012": "A parameter of an operation is the header, query parameter or cookie that carries its \
        credential. The client sends the credential there, so the method has no argument for it.";
    DROPPED_HEADER = "COGEN-O013": "The parameters `Accept`, `Content-Type`, `Content-Length` and `Host` are ignored, because \
        the client sets these headers (OpenAPI 3.0.3, \"Parameter Object\").";
    PARAMETER_TWICE = "COGEN-O014": "A list of parameters declares the same parameter twice. The first declaration is used.";
    BAD_PARAMETER = "COGEN-O015": "A parameter has no `name` or no `in`, or its `in` is not a location of OpenAPI.";
    ODD_STYLE = "COGEN-O016": "A parameter has a `style` that OpenAPI does not define for its location. The default style is \
        used.";
    PATH_FRAGMENT = "COGEN-O017": "A path contains a `#`. The part after it is not sent. Some documents use it to give two \
        operations of one path different keys.";
    TOO_MUCH_SHARED = "COGEN-O018": "The operations have too many values, counting the parameters, bodies, responses and \
        security requirements that each of them refers to. If you trust the document, raise `nodes` under `[limits]` in \
        cogen.toml.";
    PATH_UNFILLED = "COGEN-O023": "A path contains a placeholder such as `${stage}` or `{{version}}` that has no value. Set the \
        value under `[values]` in cogen.toml, or use the export of the deployed stage.";
    TOO_MANY_LINES = "COGEN-O019": "The generated code would have more lines than the limit of cogen. If you trust the \
        document, raise `lines` under `[limits]` in cogen.toml.";
    UNDESCRIBED = "COGEN-O020": "The document does not describe the request body of an operation. API Gateway exports a request \
        body only for methods with a model, and the export of an HTTP API has no schemas at all. Such operations have \
        `.json(&value)` and `.body(content_type, body)`. For typed bodies, pass the document that the API was created from: \
        `--schemas source.yaml` takes parameters, bodies and responses from it, and authorization from the export.";
    ONLY_IN_SCHEMAS = "COGEN-O021": "An operation of the source document has no route in the export: it is not deployed, and no \
        method is generated for it.";
    ONLY_IN_EXPORT = "COGEN-O022": "A route of the export has no operation in the source document. Its method is generated from \
        the export alone.";
    SERVED_BY_ROUTE = "COGEN-O070": "A route such as `ANY /{proxy+}` or `$default` serves operations of the source document. \
        Each of them has its own method, which requires the credentials of that route.";
    UNCHECKED_BY_GATEWAY = "COGEN-O071": "The source document requires a credential for an operation, but the gateway's route \
        does not. Authorization is taken from the export, so the method requires no credential. If the application behind the \
        gateway checks one, send it with `.header(name, value)`.";
    BAD_MEDIA_TYPE = "COGEN-O030": "A key of `content` is not a media type. The content is ignored.";
    BAD_STATUS = "COGEN-O040": "A key of `responses` is not a status, a range of statuses or `default`.";
    SEVERAL_MEDIA_TYPES = "COGEN-O041": "An operation has responses of several content types. If they have different types, \
        the response is an enum, and the `Content-Type` that is received decides which variant it is. `Accept` lists all of \
        them, JSON first: API Gateway uses only the first one to decide on binary responses. For another one use \
        `.header(\"accept\", …)`. A content type that only writes the same value in another way is not requested.";
    HEADER_TYPES = "COGEN-O042": "Two successful responses of an operation declare the same header with different types. The \
        client has one field for it, a string.";
    HEADER_AS_TEXT = "COGEN-O043": "A response header has a schema whose values no header can have in the style `simple`, such \
        as a list of objects. It is a string.";
    // A: authorization.
    AUTHORIZER_TYPE_MISSING = "COGEN-A001": "An authorizer has no `type`. cogen infers the type from the other keys.";
    AUTHORIZER_TYPE_UNKNOWN = "COGEN-A002": "An authorizer or a security scheme has a `type` that neither API Gateway nor \
        OpenAPI defines. Correct it, or set `kind` under `[authorizers.\"NAME\"]` in cogen.toml.";
    AUTHTYPE_DISAGREES = "COGEN-A003": "The `type` of an authorizer and its `x-amazon-apigateway-authtype` disagree. The `type` \
        is used, because API Gateway treats the authtype as free text.";
    SOURCES_UNKNOWN = "COGEN-A004": "The identity sources of a Lambda authorizer are not in the document: an export writes \
        `Unused` as the header of an authorizer with several or no sources. Set them in cogen.toml: `identity-sources = \
        [\"header:X\", \"query:Y\"]` under `[authorizers.\"NAME\"]`, or `identity-sources = []` if it has none.";
    POOL_UNKNOWN = "COGEN-A005": "The user pools of an authorizer are not in the document, or are references of CloudFormation. \
        The client then does not check the issuer of tokens. Set `user-pools = [\"eu-west-1_AbCdEf\"]` under \
        `[authorizers.\"NAME\"]` in cogen.toml.";
    JWT_EXPERIMENTAL = "COGEN-A006": "Support for JWT authorizers of REST APIs is experimental. Their OpenAPI form, their rule \
        for the `Bearer ` prefix and their errors are not documented, so the generated code may change.";
    NOT_A_SCHEME = "COGEN-A007": "A security scheme must be an object.";
    NO_AUTHORIZER_BLOCK = "COGEN-A008": "A security scheme has an `x-amazon-apigateway-authtype` but no \
        `x-amazon-apigateway-authorizer`, because the export was made without authorizers. The kind of the authorizer is known, \
        but its user pools and identity sources are not. Export again with `--parameters extensions=authorizers`.";
    SCHEME_UNDEFINED = "COGEN-A010": "An operation requires a security scheme that the document does not define. cogen never \
        drops a requirement: define the scheme, or set its `kind` under `[authorizers.\"NAME\"]` in cogen.toml.";
    SECURITY_NOT_A_LIST = "COGEN-A011": "`security` must be a list of objects that map security schemes to lists of scopes.";
    ODD_SECURITY_LIST = "COGEN-A012": "An operation of a gateway document requires a combination of credentials that API \
        Gateway does not support. API Gateway applies all items of `security` together, and supports one authorizer, one API \
        key, or one of each. The client requires all of them. With `security = \"openapi\"` under `[api]` in cogen.toml, the \
        items are alternatives.";
    KEY_FROM_AUTHORIZER = "COGEN-A013": "The Lambda authorizer of the operation supplies the API key \
        (`x-amazon-apigateway-api-key-source: AUTHORIZER`). The client does not send a key, so the requirement is removed.";
    ROOT_SECURITY = "COGEN-A014": "The document has `security` at its root. OpenAPI lets operations inherit it, but API Gateway \
        ignores it on import. cogen inherits it: a client that requires too much is safer than one that sends too little.";
    SAM_NONE = "COGEN-A015": "An operation requires `NONE`, which SAM writes for a method without an authorizer. SAM declares \
        no such scheme. The operation requires no credential.";
    UNCALLABLE = "COGEN-A016": "No token can call an operation: it requires scopes, so the client sends an access token, but \
        the authorizer checks `aud`, which an access token has only if it is bound to a resource server. This concerns a \
        Cognito authorizer with an `identityValidationExpression`, and the JWT authorizer of a REST API.";
    GATEWAY_AUTH_UNKNOWN = "COGEN-A017": "The `x-amazon-apigateway-auth` of an operation has a `type` other than `NONE` and \
        `AWS_IAM`.";
    OPEN_OPERATION = "COGEN-A018": "An operation has an empty `security`, which overrides the `security` of the root. It \
        requires no credential.";
    TOO_MANY_REQUIRED = "COGEN-A019": "The operations require more security schemes or scopes than the limit of cogen. Each \
        scheme is a type parameter of the client, and each scope is a type. If you trust the document, raise `schemes` or \
        `scopes` under `[limits]` in cogen.toml.";
    SECURITY_MISPLACED = "COGEN-A020": "A key such as `security` is at a location where neither OpenAPI nor API Gateway reads \
        it, for example `security` in a path item or an authorizer in an operation. It is an error if an operation that it \
        concerns requires no credential.";
    OPEN_NOT_LISTED = "COGEN-A021": "An operation requires no credential and is not in the list of operations that may be open \
        (`open` under `[security]` in cogen.toml). The list detects an export that lost its authorizers.";
    NOTHING_SECURED = "COGEN-A022": "No operation of a gateway document requires a credential, or the document has no \
        operations. An export that lost its authorizers looks the same. If the API is meant to be open, list its operations: \
        `open = [\"GET /health\"]` under `[security]` in cogen.toml.";
    OPEN_OPERATIONS = "COGEN-A023": "Some operations require no credential, while others do. If this is intended, list them: \
        `open = [\"GET /health\"]` under `[security]` in cogen.toml. Any other operation without a credential is then an error.";
    TWO_IN_ONE_PLACE = "COGEN-A024": "An operation requires two credentials together that use the same header, query parameter \
        or cookie. A request can carry only one of them.";
    MUTUAL_TLS = "COGEN-A025": "A `mutualTLS` scheme requires a client certificate, which belongs to the connection and not to \
        the request. Pass the certificate to the HTTP client.";
    LOCATION_UNKNOWN = "COGEN-A026": "The `in` of an `apiKey` scheme is not `header`, `query` or `cookie`, so the location of \
        the credential is unknown.";
    NAME_MISSING = "COGEN-A027": "A security scheme has no `name` or no `in`, or its name is a placeholder without a value. The \
        credential is sent in the header `Authorization`, or in a header of that name.";
    KEY_SOURCE_UNKNOWN = "COGEN-A028": "The value of `x-amazon-apigateway-api-key-source` is neither `HEADER` nor `AUTHORIZER`, \
        so it is unknown whether the client sends the API key.";
    SCOPE_UNFILLED = "COGEN-A029": "A scope contains a placeholder such as `${server}` that has no value. The scope is used as \
        written, and no token is granted it. Set the value under `[values]` in cogen.toml.";
    ISSUER_UNKNOWN = "COGEN-A030": "An issuer of a JWT authorizer is unknown: it contains a placeholder or a CloudFormation \
        function without a value, or it is not an `https` URL. Set the value under `[values]` in cogen.toml.";
    SOURCE_NOT_UNDERSTOOD = "COGEN-A031": "A part of an authorizer's `identitySource` has a form that API Gateway does not \
        document, or has no value. Set the identity sources: `identity-sources = [\"header:X\"]` under `[authorizers.\"NAME\"]` \
        in cogen.toml.";
    PLAIN_KEY = "COGEN-A032": "A gateway document has an `apiKey` scheme without an authorizer whose header is not `x-api-key`. \
        API Gateway reads API keys from that header only, so the scheme may be an authorizer whose extension is missing.";
    LISTED_NOT_OPEN = "COGEN-A033": "An operation in `open` under `[security]` of cogen.toml requires a credential. Remove it \
        from the list: otherwise it is not an error if the operation loses its `security`.";
    READS_NOTHING = "COGEN-A036": "A Lambda authorizer has no identity sources, in the document or by `identity-sources = []` \
        in cogen.toml. The client sends nothing for it, and the authorizer can still refuse the call. API Gateway allows such \
        an authorizer if its results are not cached.";
    KEY_WITHOUT_AUTHORIZER = "COGEN-A034": "An operation requires an API key from an authorizer \
        (`x-amazon-apigateway-api-key-source: AUTHORIZER`), but has no Lambda authorizer that supplies it. The client sends the \
        key.";
    NOT_AN_AUTHORIZER = "COGEN-A035": "The value of `x-amazon-apigateway-authorizer` must be an object.";
    AUDIENCE_UNKNOWN = "COGEN-A040": "An audience of a JWT authorizer is unknown: it contains a placeholder or a CloudFormation \
        function without a value. The client then does not check the audience of tokens. Set the value under `[values]` in \
        cogen.toml.";
    APP_CLIENT_REFUSED = "COGEN-A041": "The `app-client-id` of an authorizer in cogen.toml is not one of the audiences in the \
        document, so the gateway refuses the tokens of the app client.";
    // C: configuration, compared with the document.
    NAMES_NO_OPERATION = "COGEN-C021": "A key of `[rename.operations]`, or an item of `operations` under `[skip]` or `open` \
        under `[security]`, does not name an operation of the document. It has no effect: correct or remove it.";
    NAMES_NO_SCHEME = "COGEN-C022": "A table `[authorizers.NAME]` in cogen.toml does not name a security scheme that the \
        document defines or an operation requires. It has no effect: correct the name, or remove the table.";
    NAMES_NO_VARIABLE = "COGEN-C023": "A key of `[server-variables]` in cogen.toml is not a variable of the document's servers. \
        It has no effect: correct or remove it.";

    // R: references.
    REF_EXTERNAL = "COGEN-R001": "A `$ref` refers to a URL or to a file that is not listed, or lacks the `#` of a reference \
        within the document. cogen reads the document, and those files below its directory that are listed in cogen.toml: \
        `files = [\"schemas/pet.yaml\"]` under `[api]`. Bundle other files into one document first: `npx @redocly/cli bundle \
        openapi.yaml -o bundled.yaml`.";
    REF_MISSING = "COGEN-R002": "A `$ref` refers to a definition that does not exist. Often it is misspelled, or the definition \
        was removed.";
    REF_RING = "COGEN-R003": "A `$ref` refers to itself through other references. Replace one of the references with a \
        definition.";
    REF_MALFORMED = "COGEN-R004": "A `$ref` must be a string. Some templates write a CloudFormation function in its place.";
    REF_BARE_NAME = "COGEN-R005": "A `$ref` is the name of a schema without its path, as tools for Swagger 1.2 write it. It is \
        treated as `#/components/schemas/NAME`.";

    // T: types.
    NO_SCHEMA = "COGEN-T001": "A value that must be a schema is not one. A schema is an object (or, in OpenAPI 3.1, `true` or \
        `false`).";
    UNKNOWN_TYPE = "COGEN-T002": "A `type` is not one that JSON Schema defines. If the intended type is obvious (`int`, \
        `float`, `date`, …), it is used. Otherwise the value is any JSON.";
    TYPE_CONFLICT = "COGEN-T003": "The schemas of an `allOf` require values of different types. No value is valid for all of them, so cogen \
        uses any JSON. The message shows the locations of both.";
    SELF_REFERENCE = "COGEN-T004": "A schema consists of itself: through `$ref`s alone, as a part of its own `allOf`, or as a \
        variant of its own `oneOf`. A property or an array can contain the schema itself: cogen boxes it.";
    TYPE_BUDGET = "COGEN-T005": "The schemas need more types, or more steps to merge, than the limit of cogen. Nested \
        compositions can double the number with each level. If you trust the document, raise `types` under `[limits]` in \
        cogen.toml.";
    MIXED_TYPES = "COGEN-T006": "A schema allows values of several types, as a list of types or as a tuple. The value is any \
        JSON. For a typed enum, use `oneOf` with one schema for each type.";
    REQUIRED_ABSENT = "COGEN-T007": "`required` contains a name that is not a property of the schema. The name is ignored.";
    BAD_DEFAULT = "COGEN-T008": "A `default` is not a value of the type of its schema. It is ignored.";
    ENUM_AS_TYPE = "COGEN-T009": "No Rust enum is generated for an `enum`, because its values are of several types, are \
        fractions, do not fit 64 bits, or are missing. Only the type of the schema is used.";
    SAME_SHAPE = "COGEN-T010": "A value can match several schemas of a `oneOf` or `anyOf` without a discriminator. The schema \
        with more constants, then the one with more required properties, then the first in the document is tried first. A \
        `discriminator` makes the choice explicit.";
    DISCRIMINATOR = "COGEN-T011": "A discriminator does not distinguish all schemas of its `oneOf` or `anyOf`: it has no \
        property name, a schema has neither a name nor a constant, or the mapping contains a schema that is not a variant.";
    TANGLED = "COGEN-T012": "Several `oneOf`s or `anyOf`s apply to one value, or properties are beside a `oneOf` or `anyOf` \
        whose schemas are not objects. The value is any JSON.";
    SCHEMA_IGNORED = "COGEN-T013": "A schema has keys beside a `$ref`. OpenAPI 3.0 ignores them, and cogen uses only the \
        description and `nullable`. To extend a schema, use `allOf`.";
    UNUSED_FAULTY = "COGEN-T014": "A schema under `components.schemas` has an error, but no operation uses it. Its type is any \
        JSON.";
    PARTS_UNKNOWN = "COGEN-T015": "The schema of a multipart body does not describe all of its parts. The caller adds them by name.";
    IMPOSSIBLE_VARIANT = "COGEN-T016": "A schema of a `oneOf` or `anyOf` requires a property to have a value that the schemas beside \
        it do not allow. The union has no variant for it.";
    ENCODING_UNUSED = "COGEN-T017": "An `encoding` names a property that the schema of the body does not have. It is ignored.";
    SEVERAL_MATCH = "COGEN-T018": "A value can match several schemas of an `anyOf` at once. The union has one variant for each \
        schema: the variant that has more of the value's properties is used, and the other properties are dropped.";
    PARTS_BY_POSITION = "COGEN-T019": "The parts of a multipart body are described by their position, with `itemSchema`, \
        `itemEncoding` or `prefixEncoding` of OpenAPI 3.2. The caller adds the parts, and gives each its media type.";

    // N: names.
    NAME_CLASH = "COGEN-N001": "Two names of the document have the same name in Rust, for example `foo-bar` and `fooBar`. \
        Neither gets it, because its meaning would depend on the order of the document: both get longer names, such as \
        `foo_bar_kebab` and `foo_bar_camel`. `[rename.types]` in cogen.toml sets the names of types.";
    UNKNOWN_SCHEMA_IN_CONFIG = "COGEN-N002": "cogen.toml names a type, a property or a format that does not exist. The name \
        of a type is that of a schema of the document or of a generated type, and the name of a property is one of these, a dot, and \
        the name of the property.";
    UNFIT_TYPE = "COGEN-N003": "cogen.toml chooses a type for a format or a property that does not read its values, such as an \
        integer type for strings, or reads the empty string as no value where it is a value.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_well_formed_and_each_is_given_once() {
        let mut seen = Vec::new();
        for Explained { code, text, .. } in all() {
            let number = code.0.strip_prefix("COGEN-").unwrap_or_default();
            let shape = number.len() == 4
                && number.starts_with(|c: char| "LUSRTNOACW".contains(c))
                && number[1..].bytes().all(|b| b.is_ascii_digit());
            assert!(shape, "{code}");
            assert!(text.ends_with('.') && !text.contains("  "), "{code}: {text}");
            assert!(!seen.contains(&code), "{code} twice");
            seen.push(code);
        }
    }

    #[test]
    fn a_code_explains_itself_in_any_case() {
        for written in ["cogen-l021", "L021", "l21", "L21", " l-21 ", "COGEN_L021", "cogenl21"] {
            assert_eq!(explain(written), explain("COGEN-L021"), "{written}");
        }
        assert!(explain("COGEN-L021").is_some_and(|e| e.text.contains("duplicate key")));
        for written in ["COGEN-L999", "", "L", "é1", "21", "L99999", "L0021x", "COGEN-", "L+21"] {
            assert_eq!(explain(written), None, "{written}");
        }
    }

    #[test]
    fn a_line_of_the_list_is_one_sentence() {
        let first = |code: &str| explain(code).map(|e| e.first_sentence());
        assert_eq!(first("L021"), Some("An object has a duplicate key"));
        assert_eq!(first("u002"), Some("The OpenAPI version of the document is not supported"));
        for explained in all() {
            let length = explained.first_sentence().chars().count();
            assert!((15..=200).contains(&length), "{}: {}", explained.code, explained.first_sentence());
        }
    }
}
