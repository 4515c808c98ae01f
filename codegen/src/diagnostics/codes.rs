//! Every code that a diagnostic can have, with the paragraph that `cogen explain CODE` prints.

mod examples;

use crate::diagnostics::report::Code;

/// A code with what `cogen explain` prints of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The code.
    pub code: Code,
    /// What it means and what to do about it.
    pub text: &'static str,
    /// What has it: a document, a configuration, a command.
    pub example: Option<&'static str>,
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

/// What a code means and what to do about it; `None` for a code that does not exist. A code may be written in short: `L021`, `l21`.
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
    // L: from bytes to values.
    TOO_LARGE = "COGEN-L001": "A file is larger than cogen reads by default. API Gateway itself takes documents of up to 6 MB. \
        Raise `bytes` under `[limits]` in cogen.toml if the file is meant to be that large.";
    TOO_DEEP = "COGEN-L002": "Values are nested deeper than cogen follows. No API needs that depth; a file that has it is made by a \
        program gone wrong or to do harm. Raise `depth` under `[limits]` in cogen.toml if it is meant (at most 512).";
    TOO_MANY_NODES = "COGEN-L003": "A file holds more values than cogen reads by default. Raise `nodes` under `[limits]` in cogen.toml \
        if it is meant to.";
    EMPTY_FILE = "COGEN-L010": "A file holds nothing, or only blanks and comments. Often the command that should have written it \
        failed: run the export again and look at what it prints.";
    COMPRESSED = "COGEN-L011": "A file is an archive or compressed data. Unpack it first.";
    UTF16 = "COGEN-L012": "A file is text in UTF-16 or UTF-32, which PowerShell's `>` writes. JSON and YAML documents are UTF-8: \
        convert the file with `iconv`, or let the AWS CLI write it by naming the output file as its last argument.";
    NOT_UTF8 = "COGEN-L013": "A file holds bytes that are not UTF-8, as text of an old Windows or Latin-1 program does. Save it as UTF-8.";
    MARKUP = "COGEN-L014": "A file holds HTML or XML and no OpenAPI document. A web server that wants a login, or a repository's page \
        in place of its raw file, answers so.";
    TEMPLATE = "COGEN-L015": "A file is a template (Jinja, Helm, Terraform, ERB, …) that was not rendered: it is neither JSON nor YAML yet. \
        Render it first, or give cogen the export of the deployed stage.";
    BINARY = "COGEN-L016": "A file holds bytes that no text has.";
    JSON_SYNTAX = "COGEN-L020": "A file begins like JSON, and somewhere in it the rules of JSON (RFC 8259) are broken.";
    DUPLICATE_KEY = "COGEN-L021": "An object has a key twice. Readers differ in which one they take, so cogen takes neither: \
        remove or rename one of them.";
    LONE_SURROGATE = "COGEN-L022": "A `\\u` escape names half of a surrogate pair (D800 to DFFF) without its other half. That is no \
        character, and Rust strings cannot hold it. Write both halves, or the character itself.";
    YAML_SYNTAX = "COGEN-L030": "A file is read as YAML, and somewhere in it the rules of YAML 1.2 are broken.";
    YAML_ALIAS = "COGEN-L031": "A YAML alias (`*name`) repeats the value that has the anchor `&name`. It is an error where no such anchor \
        comes before it, or where the alias is a part of the value that it repeats. What aliases repeat counts as values of the file.";
    YAML_MERGE = "COGEN-L032": "A YAML merge key (`<<`) adds the keys of a mapping, or of a list of mappings, to the mapping that it is in. \
        Its value is something else.";
    YAML_DOCUMENTS = "COGEN-L033": "A YAML file holds several documents, parted by `---`. Put the OpenAPI document in a file of its own.";
    YAML_TAG = "COGEN-L034": "A YAML tag (`!name`) is neither one of YAML's own nor a short form of a CloudFormation function, so cogen \
        can't know which value is meant. A tag such as `!include` wants another tool to run first.";
    YAML_KEY = "COGEN-L035": "A key of a YAML mapping is itself a list or a mapping, which JSON and OpenAPI do not have. An unrendered \
        `{{ … }}` looks like that too.";
    YAML_AMBIGUOUS = "COGEN-L036": "A plain YAML scalar such as `012` is a number to some readers and text to others. cogen takes \
        it as text, as written. Put quotes around it, or write the number without leading zeros.";
    CONTROL_CHARACTER = "COGEN-L037": "A control character stands unescaped in a file. YAML and JSON both forbid that. \
        Remove it, or write it as an escape inside double quotes.";

    // U: from Swagger 2.0 and OpenAPI 3.1 to OpenAPI 3.0.
    NO_VERSION = "COGEN-U001": "A file has neither the key `openapi` nor `swagger`, one of which every OpenAPI document begins with.";
    VERSION_UNKNOWN = "COGEN-U002": "cogen reads Swagger 2.0, OpenAPI 3.0 and, as far as 3.0 can say the same, OpenAPI 3.1.";
    NOT_AN_OBJECT = "COGEN-U003": "An OpenAPI document is an object at its root.";
    TWO_VERSIONS = "COGEN-U010": "A document has both the key `openapi` and the key `swagger`, as SAM writes them. It is read as OpenAPI 3.";
    SWAGGER_FORM = "COGEN-U011": "A document of OpenAPI 3 says something in the form of Swagger 2.0 (`definitions`, `securityDefinitions`, \
        a body parameter, a response's `schema`, …), or the other way round. cogen reads it as what it means.";
    WEBHOOKS_IGNORED = "COGEN-U012": "`webhooks` are requests that the API sends, not requests that a client sends: nothing is generated of them.";
    NOT_IN_30 = "COGEN-U020": "A document of OpenAPI 3.1 uses a word of JSON Schema that OpenAPI 3.0 has no form for, and leaving it out \
        would change which values fit. Say the same with the words of 3.0.";
    WIDENED = "COGEN-U021": "A schema says more than cogen's types can hold; it was read as a wider one that every fitting value still fits.";
    TOO_MUCH_COPIED = "COGEN-U022": "Bringing the document to OpenAPI 3.0 would make it grow beyond all measure. Values are written out at \
        each place they count for: a body for each of its media types, a path's parameters for each of its methods.";
    COLLECTION_FORMAT = "COGEN-U023": "A parameter has a `collectionFormat` that Swagger 2.0 does not know: csv, ssv, tsv, pipes, and multi for \
        query and form parameters.";
    PARAMETER_WITHOUT_TYPE = "COGEN-U024": "A parameter says no type. It is taken as text, which every parameter is on the wire.";

    // C: configuration.
    CONFIG_SYNTAX = "COGEN-C001": "The configuration is no valid TOML (<https://toml.io>), so nothing of it was read. A key that stands \
        twice in a table is such a fault, too.";
    CONFIG_KEY = "COGEN-C002": "The configuration holds a key that cogen does not know. A misspelt key that is passed over would change \
        what is generated without a word, so it is an error; the help names the key that was probably meant.";
    CONFIG_TYPE = "COGEN-C003": "A value of the configuration has another type than its key needs, such as a string for a truth value.";
    CONFIG_VALUE = "COGEN-C004": "A value of the configuration can't be taken: a name that cargo or Rust refuses, a URL that can't be \
        called, the id of a user pool that is none. The message names the rule.";
    CONFIG_CLASH = "COGEN-C005": "Two entries of the configuration name one thing twice, or give one name to two things, and cogen does \
        not choose between them.";
    CONFIG_SECRET = "COGEN-C006": "The configuration holds a client secret. What stands in it goes into the generated crate, and with it \
        to everyone who uses the crate. An app client id and a managed-login domain are public, a client secret is not: a machine gets it \
        at run time from where it keeps its secrets, and hands it to `client_credentials`. A secret that was committed is known: make a \
        new one.";
    RENAME_TAKEN = "COGEN-C007": "A name under `[rename.operations]` or `[rename.types]` is taken: the client has a method of that name \
        itself, or another operation or type of the document has it. A configured name is never changed, so one of the two \
        needs another one. A key that names several types is refused in the same way.";
    NO_DEPENDENCY = "COGEN-C024": "A type under `[types.replace]` is of a crate that is no dependency of the generated crate, which would not \
        compile. `[dependencies]` in cogen.toml is handed on to the generated manifest; a `path` in it counts from the generated crate.";
    ENVIRONMENT_AUTHORIZER = "COGEN-C060": "A table `[environments.NAME.authorizers.X]` in cogen.toml names no authorizer of the document that \
        takes tokens, so what it says would be lost. The help names the one that was probably meant.";
    VALUE_NOT_LISTED = "COGEN-C025": "A value under `[server-variables]` in cogen.toml is not among those that the document lists in the `enum` of the \
        variable. No server would be at that address.";
    VALUE_UNUSED = "COGEN-C050": "A name under `[values]` in cogen.toml fills no place of the document. It may be misspelt there, \
        or stand only together with others that have no value yet.";
    FILLED_TOO_MUCH = "COGEN-C051": "The functions and placeholders of the document would fill in more text than any template needs: functions \
        in functions can double it with each level. Deploy the template and export the stage.";

    // W: files and directories.
    FILE_READ = "COGEN-W001": "A file that was asked for can't be read; the message holds what the system said.";
    FILE_FOREIGN = "COGEN-W002": "cogen only writes into a directory that is new, empty or its own, and only over files that it wrote. \
        Those are listed in the file `.cogen` of the output directory, which belongs under version control with the others, or have \
        `@generated` in one of their first lines where one file is written alone. Name another output with `-o`, or move what \
        stands in the way.";
    FILE_LINK = "COGEN-W003": "A symbolic link stands where cogen is to write. It follows none, since a link may lead out of the output \
        directory: put a real directory in its place, or nothing.";
    FILE_BUSY = "COGEN-W004": "Another run of cogen is writing into the same directory. Wait for it, or give each run a directory of its own.";
    FILE_WRITE = "COGEN-W005": "A file can't be written; the message holds what the system said. The files of the earlier run stay as \
        they were.";
    BUILD_SCRIPT = "COGEN-W006": "`cogen::Builder` writes into the directory that cargo gives to build scripts, so it only works in one.";
    NOTHING_GENERATED = "COGEN-W008": "The run ends without files: the errors before this one are the reason. `--keep-going`, or `keep-going = true` \
        under `[api]` in cogen.toml, leaves out the operations that have errors; `operations` under `[skip]` leaves out those that it lists, \
        with all their errors.";
    RUNTIME_PATH = "COGEN-W007": "`--runtime-path` names the directory of the package `cogen-runtime`, the one that holds its Cargo.toml.";
    // S: the document's structure.
    NO_OBJECT_HERE = "COGEN-S001": "A place where OpenAPI wants an object (`paths`, a path item, an operation) holds something else.";
    NO_PATHS = "COGEN-S002": "The document has no `paths`, so no method can be made. A document of models only generates its types.";
    CONDITION = "COGEN-S003": "A CloudFormation `Fn::If` stands in the document, one of its branches being `AWS::NoValue`. cogen takes \
        the other one: a client is for what is there.";
    UNRENDERED = "COGEN-S004": "A CloudFormation function such as `Fn::Transform` stands where routes should be: the routes are in another \
        file. Deploy the template and export the stage.";
    UNDECIDED = "COGEN-S005": "A CloudFormation `Fn::If` has two branches that ask different things of a client, so that the document leaves \
        open what an operation or a parameter is. \
        Say in cogen.toml which one is deployed, `IsProd = true` under `[values]`, or give the export of the deployed stage.";
    KEY_MISSPELT = "COGEN-S006": "A key of the document is nearly one that OpenAPI or API Gateway knows, as `GET` for `get` or `Security` for \
        `security`. Where the known key decides which methods there are or what they demand it is an error, since the key would be \
        passed over and the method lost or left open.";
    KEY_UNKNOWN = "COGEN-S007": "A key of the document is neither known to OpenAPI or API Gateway at that place nor an extension (`x-…`). \
        It is ignored.";
    METHOD_TWICE = "COGEN-S008": "A path item with a `$ref` has a method that the path item it refers to has too. OpenAPI leaves open which \
        one counts (OpenAPI 3.0.3, \"Path Item Object\").";
    BESIDE_REFERENCE = "COGEN-S009": "Keys beside the `$ref` of an operation or a security scheme would be lost, and with them what they \
        require. Write the whole value, or the `$ref` alone.";
    NO_BASE_URL = "COGEN-S010": "The document has no `servers` (or `host`) that a client could use, so the generated builder has no default. \
        Give one with `[api] base-url` in cogen.toml, or call `.base_url(..)`.";
    DISABLED_HOST = "COGEN-S011": "`x-amazon-apigateway-endpoint-configuration` disables the execute-api host or makes it private, so that host \
        is no default for clients. Give the custom domain with `[api] base-url`.";
    BAD_SERVER = "COGEN-S012": "A server is no absolute URL of https or http after its variables were filled. User info, queries and \
        fragments are refused, since a credential goes to this origin.";
    TEMPLATE_RESOURCE = "COGEN-S020": "A file is a template of CloudFormation, SAM or the CDK, and it is not clear which document of it is \
        meant, or the document is not in it. cogen reads the `Body` of an `AWS::ApiGateway::RestApi` or `AWS::ApiGatewayV2::Api` and the \
        `DefinitionBody` of an `AWS::Serverless::Api` or `AWS::Serverless::HttpApi`; `--resource NAME` chooses one of several. What SAM adds \
        (`Auth`, the events of functions) is in the document only after SAM's transform.";
    // O: operations.
    DUPLICATE_ID = "COGEN-O001": "Two operations have one `operationId`. Neither method has its plain name: both go on with method and path.";
    OWN_SERVERS = "COGEN-O002": "An operation or a path item names servers of its own. A client's credentials go to one origin, so they are not \
        followed: build a second client with that base URL.";
    DEFAULT_ROUTE = "COGEN-O003": "`$default` of an HTTP API takes every request that no other route takes. Its method wants the path.";
    ANY_METHOD = "COGEN-O004": "`x-amazon-apigateway-any-method` answers to every method that the path does not declare. \
        The generated method wants the HTTP method as its first argument.";
    CORS_SKIPPED = "COGEN-O005": "An open `OPTIONS` operation of a gateway document that describes nothing which a preflight request of a \
        browser lacks is not generated: no client calls it. `--include-cors` generates all of them.";
    UNDECLARED_PARAMETER = "COGEN-O010": "A path holds a `{parameter}` that nothing declares. It is taken as a string.";
    NOT_IN_PATH = "COGEN-O011": "A path parameter is declared that the path does not hold. It is left out.";
    FOLDED_CREDENTIAL = "COGEN-O012": "The header, query parameter or cookie of the operation's credential is declared as a parameter too. \
        The credential slot fills it, so it is no argument.";
    DROPPED_HEADER = "COGEN-O013": "`Accept`, `Content-Type`, `Content-Length` and `Host` follow from the operation: as parameters they are left \
        out (OpenAPI 3.0.3, \"Parameter Object\").";
    PARAMETER_TWICE = "COGEN-O014": "One list declares a parameter twice. The first counts.";
    BAD_PARAMETER = "COGEN-O015": "A parameter lacks its `name` or `in`, or stands in a part of the request that does not exist.";
    ODD_STYLE = "COGEN-O016": "A parameter has a `style` that OpenAPI does not know in that part of the request. The default is taken.";
    PATH_FRAGMENT = "COGEN-O017": "A path holds a `#`. What follows it is never sent; some documents tell operations apart so.";
    TOO_MUCH_SHARED = "COGEN-O018": "Parameters, bodies, answers and demands count for each operation that refers to them, and together that is \
        more than cogen makes by default: a small document can grow without measure so. Raise `nodes` under `[limits]` in cogen.toml \
        if the document is to be trusted.";
    PATH_UNFILLED = "COGEN-O023": "A path holds a placeholder such as `${stage}` or `{{version}}` that has no value: no such path is deployed. \
        Give the value under `[values]` in cogen.toml.";
    TOO_MANY_LINES = "COGEN-O019": "The generated code would have more lines than cogen writes by default: a list of very many values, a \
        description of very many lines, or very many operations. Raise `lines` under `[limits]` in cogen.toml if the document is to be trusted.";
    UNDESCRIBED = "COGEN-O020": "API Gateway exports a request body only where a model is attached to the method, and the export of an HTTP API \
        holds no schemas at all. Such operations take `.json(&value)` or `.body(content_type, body)`. Give the document that the API was made \
        from beside it: `--schemas source.yaml` takes parameters, bodies and answers from there and authorization from the export.";
    ONLY_IN_SCHEMAS = "COGEN-O021": "No route of the export serves an operation of the document with the schemas: it is not deployed, and no \
        method is made of it.";
    ONLY_IN_EXPORT = "COGEN-O022": "A route of the export serves no operation of the document with the schemas: its method is as the export \
        describes it.";
    SERVED_BY_ROUTE = "COGEN-O070": "A route such as `ANY /{proxy+}` or `$default` serves operations that the document with the schemas \
        describes. Each of them has a method of its own, which requires what the gateway requires of that route.";
    UNCHECKED_BY_GATEWAY = "COGEN-O071": "The document with the schemas requires a credential for an operation, and the gateway's route is open. \
        Authorization comes from the export, so the method requires none. If the application behind the gateway checks a credential, send \
        it with `.header(name, value)`.";
    BAD_MEDIA_TYPE = "COGEN-O030": "The key of a content map is no media type.";
    BAD_STATUS = "COGEN-O040": "A key of `responses` is no status, range of statuses or `default`.";
    SEVERAL_MEDIA_TYPES = "COGEN-O041": "An answer has several content types. One `Accept` header is sent, for JSON before all others, since \
        API Gateway decides on binary answers by the first type only.";
    HEADER_TYPES = "COGEN-O042": "Two successes of an operation document a header of one name in different ways. The client has one field for \
        it, which is text.";
    // A: authorization.
    AUTHORIZER_TYPE_MISSING = "COGEN-A001": "An authorizer block has no `type`. cogen infers it from the other keys and says what it took.";
    AUTHORIZER_TYPE_UNKNOWN = "COGEN-A002": "An authorizer or a security scheme has a `type` that neither API Gateway nor OpenAPI knows. \
        `kind` under `[authorizers.\"NAME\"]` in cogen.toml binds it.";
    AUTHTYPE_DISAGREES = "COGEN-A003": "The authorizer's `type` and `x-amazon-apigateway-authtype` say different things. The `type` decides; the \
        authtype is free text to API Gateway.";
    SOURCES_UNKNOWN = "COGEN-A004": "A Lambda authorizer reads sources that the document does not name: an export writes `Unused` as the header \
        of an authorizer with several or none. Name them in cogen.toml: `identity-sources = [\"header:X\", \"query:Y\"]` under \
        `[authorizers.\"NAME\"]`, or `identity-sources = []` if it reads none.";
    POOL_UNKNOWN = "COGEN-A005": "The user pools of an authorizer are not in the document, or are CloudFormation references. Tokens are then not \
        checked for their issuer. `user-pools = [\"eu-west-1_AbCdEf\"]` under `[authorizers.\"NAME\"]` in cogen.toml names them.";
    JWT_EXPERIMENTAL = "COGEN-A006": "JWT authorizers of REST APIs are new. Their spelling in OpenAPI, their rule for `Bearer ` and their errors \
        are not settled; what is generated may change.";
    NOT_A_SCHEME = "COGEN-A007": "A security scheme is not an object.";
    NO_AUTHORIZER_BLOCK = "COGEN-A008": "The export was made without authorizers: the kinds can still be told apart, user pools and identity \
        sources cannot. Export again with `--parameters extensions=authorizers`.";
    SCHEME_UNDEFINED = "COGEN-A010": "An operation asks for a security scheme that the document does not define. It is never generated without: \
        define it, or bind it with `kind` under `[authorizers.\"NAME\"]` in cogen.toml.";
    SECURITY_NOT_A_LIST = "COGEN-A011": "`security` is not a list of objects that map schemes to lists of scopes.";
    ODD_SECURITY_LIST = "COGEN-A012": "In a gateway document the items of `security` are needed together, and API Gateway takes one authorizer, one \
        API key, or one of each. Another list cannot be deployed so; the client asks for all of it. \
        `[api] security = \"openapi\"` reads the items as alternatives.";
    KEY_FROM_AUTHORIZER = "COGEN-A013": "`x-amazon-apigateway-api-key-source: AUTHORIZER`: the Lambda authorizer hands the API key to the gateway, so \
        the client sends none and the requirement is dropped.";
    ROOT_SECURITY = "COGEN-A014": "The document has `security` at its root. OpenAPI lets operations inherit it; API Gateway ignores it on import. \
        cogen inherits it, since a client that demands too much is safer than one that sends too little.";
    SAM_NONE = "COGEN-A015": "SAM writes `security: [{NONE: []}]` for a method without authorizer, and declares no such scheme. It is open.";
    UNCALLABLE = "COGEN-A016": "A Cognito authorizer with an `identityValidationExpression` matches it against `aud`, and a REST API's JWT authorizer its \
        audiences. Access tokens have no `aud` unless they are bound to a resource, so a \
        method with scopes refuses every token.";
    GATEWAY_AUTH_UNKNOWN = "COGEN-A017": "`x-amazon-apigateway-auth` of an operation has a `type` other than `NONE` and `AWS_IAM`.";
    OPEN_OPERATION = "COGEN-A018": "An operation's empty `security` overrides the root's: it is open.";
    TOO_MANY_DEMANDED = "COGEN-A019": "The operations demand more security schemes or scopes than cogen makes by default. Each scheme is a \
        type parameter of the client, and each scope a type: thousands of them are no API's. Raise `schemes` or `scopes` under `[limits]` \
        in cogen.toml if the document is to be trusted.";
    SECURITY_MISPLACED = "COGEN-A020": "A word of security (`security` of a path item, an authorizer block of an operation, …) is at a place \
        where neither OpenAPI nor API Gateway reads it. Where an operation that it seems to be meant for is open, that is an error.";
    OPEN_NOT_LISTED = "COGEN-A021": "cogen.toml lists the operations that may be open (`[security] open`), and this one is open and not \
        listed. An export that lost its authorizers is noticed so.";
    NOTHING_SECURED = "COGEN-A022": "No operation of a gateway document requires a credential, or there is no operation. Exports that lost their \
        authorizers look like this. If the API is open, list its operations: `[security] open = [\"GET /health\"]`.";
    OPEN_OPERATIONS = "COGEN-A023": "Some operations require no credential while others do. `[security] open = [\"GET /health\"]` in cogen.toml \
        lists those that may, and makes each other one an error.";
    TWO_IN_ONE_PLACE = "COGEN-A024": "An operation demands two credentials together that go into the same header, query parameter or cookie. \
        One request cannot carry both.";
    MUTUAL_TLS = "COGEN-A025": "A `mutualTLS` scheme asks for a client certificate, which belongs to the connection and not to the request. \
        It takes no slot of the client; give the certificate to the HTTP client.";
    LOCATION_UNKNOWN = "COGEN-A026": "The `in` of an `apiKey` scheme is not `header`, `query` or `cookie`, so it is not known where the \
        credential goes.";
    NAME_MISSING = "COGEN-A027": "A security scheme lacks its `name` or `in`, or its name has no value yet. The header `Authorization`, or a \
        header of that name, is taken.";
    KEY_SOURCE_UNKNOWN = "COGEN-A028": "`x-amazon-apigateway-api-key-source` is neither `HEADER` nor `AUTHORIZER`, so it is not known who \
        gives the gateway its API key.";
    SCOPE_UNFILLED = "COGEN-A029": "A scope holds a placeholder such as `${server}` that has no value. The scope is taken as it is written, \
        which no token is granted. Give the value under `[values]` in cogen.toml.";
    ISSUER_UNKNOWN = "COGEN-A030": "An issuer of a JWT authorizer is not known: it holds a placeholder or a CloudFormation function without a \
        value, or it is not an https URL. Give the value under `[values]` in cogen.toml.";
    SOURCE_NOT_UNDERSTOOD = "COGEN-A031": "API Gateway does not document a part of an authorizer's `identitySource`, or the part has no value \
        yet. Name the sources: `identity-sources = [\"header:X\"]` under `[authorizers.\"NAME\"]` in cogen.toml.";
    PLAIN_KEY = "COGEN-A032": "A gateway document has an `apiKey` scheme without authorizer that is not the header `x-api-key`. API Gateway reads \
        keys from that header only, so the scheme may be an authorizer whose extensions were lost.";
    LISTED_NOT_OPEN = "COGEN-A033": "An operation in `[security] open` of cogen.toml requires a credential. Take it out of the list: it would not \
        be noticed if the operation lost its `security`.";
    READS_NOTHING = "COGEN-A036": "A Lambda authorizer reads no header and no query parameter: it has no identity sources, or \
        `identity-sources = []` in cogen.toml says so. A client sends nothing for it, and the call may still be refused. API Gateway takes \
        such an authorizer where its results are not cached.";
    KEY_WITHOUT_AUTHORIZER = "COGEN-A034": "The API key comes from an authorizer (`x-amazon-apigateway-api-key-source`), and the operation has \
        no Lambda authorizer that could supply it. The requirement stays.";
    NOT_AN_AUTHORIZER = "COGEN-A035": "`x-amazon-apigateway-authorizer` is not an object that describes an authorizer.";
    AUDIENCE_UNKNOWN = "COGEN-A040": "An audience of a JWT authorizer is not known: it holds a placeholder or a CloudFormation function \
        without a value. Which app clients it takes is then not checked. Give the value under `[values]` in cogen.toml.";
    APP_CLIENT_REFUSED = "COGEN-A041": "The `app-client-id` of an authorizer in cogen.toml is not among the audiences that the document lists, \
        so that the gateway refuses its tokens.";
    // C: configuration, as far as it meets the document.
    NAMES_NO_OPERATION = "COGEN-C021": "A key of `[rename.operations]`, or an item of `[skip] operations` or `[security] open`, names no \
        operation of the document. It would have no effect, and what it is meant for would go on as before: correct it, or take it out.";
    NAMES_NO_SCHEME = "COGEN-C022": "A table `[authorizers.NAME]` of cogen.toml is neither for a security scheme that the document defines nor \
        for one that an operation asks for. What it says would have no effect: correct the name, or take the table out.";
    NAMES_NO_VARIABLE = "COGEN-C023": "A key of `[server-variables]` in cogen.toml is no variable of the document's servers. It would have no \
        effect: correct the name, or take it out.";

    // R: references.
    REF_EXTERNAL = "COGEN-R001": "A `$ref` leads to a file that is not listed, or to a URL, or lacks the `#` that a reference within the document begins with. cogen opens the document, and those files below \
        its directory that are listed under `[api]` in cogen.toml: `files = [\"schemas/pet.yaml\"]`. Others are bundled into one document \
        first: `npx @redocly/cli bundle openapi.yaml -o bundled.yaml`.";
    REF_MISSING = "COGEN-R002": "A `$ref` names something that the document does not hold. Often it is misspelled, or a model was removed \
        and its uses were not.";
    REF_RING = "COGEN-R003": "A `$ref` leads through other `$ref`s back to itself, so that nothing is ever said. Let one of them say what \
        the value is.";
    REF_MALFORMED = "COGEN-R004": "A `$ref` is not text, as where a template puts a CloudFormation function in its place.";
    REF_BARE_NAME = "COGEN-R005": "A `$ref` is the bare name of a schema, as tools for Swagger 1.2 wrote it. It is read as \
        `#/components/schemas/NAME`, since there is a schema of that name.";

    // T: types.
    NO_SCHEMA = "COGEN-T001": "Something that is no schema stands where one must stand. A schema is an object (or, in OpenAPI 3.1, `true` \
        or `false`).";
    UNKNOWN_TYPE = "COGEN-T002": "A `type` is none that JSON Schema knows. Where it is plain what was meant (`int`, `float`, `date`, …) that is \
        taken; else the value is any JSON.";
    TYPE_CONFLICT = "COGEN-T003": "Schemas that are joined by `allOf` want values of different types, so that no value fits them all. \
        The places of both are shown.";
    SELF_REFERENCE = "COGEN-T004": "A schema consists of itself: through `$ref`s alone, as a part of its own `allOf`, or as a variant of its own \
        `oneOf`. A property or an array may well hold the schema that it stands in: that is boxed.";
    TYPE_BUDGET = "COGEN-T005": "The schemas give more types, or take more steps to merge, than cogen allows by default: compositions can double \
        with each level. Raise `types` under `[limits]` in cogen.toml if the document is to be trusted.";
    MIXED_TYPES = "COGEN-T006": "A schema allows values of several types (a list of types, or a tuple). They are read as any JSON. `oneOf` with one \
        schema a type gives a typed enum.";
    REQUIRED_ABSENT = "COGEN-T007": "`required` names a property that the schema does not have. The name is not looked at.";
    BAD_DEFAULT = "COGEN-T008": "A default is no value of the type that it stands beside. It is left out.";
    ENUM_AS_TYPE = "COGEN-T009": "An enumeration gives no Rust enum: its values are of several types, are fractions, do not fit 64 bits, or there \
        are none. Its type alone is taken.";
    SAME_SHAPE = "COGEN-T010": "A value can fit several schemas of a `oneOf` or `anyOf` that has no discriminator. The schema that has more constants, \
        then the one that requires more properties, is tried first; where that tells nothing, the first in the document is. A \
        `discriminator` settles it.";
    DISCRIMINATOR = "COGEN-T011": "A discriminator does not tell all schemas of its `oneOf` or `anyOf`: it has no property name, a schema has neither a name \
        nor a constant, or the mapping names a schema that is not among them.";
    TANGLED = "COGEN-T012": "Several `oneOf`s or `anyOf`s hold at once, or properties stand beside one whose schemas are no objects. That is read as \
        any JSON.";
    SCHEMA_IGNORED = "COGEN-T013": "Keys stand beside a `$ref`. OpenAPI 3.0 says that they are not looked at; cogen takes the words and `nullable` among them. \
        `allOf` joins a reference with more.";
    UNUSED_FAULTY = "COGEN-T014": "A schema under `components.schemas` has an error, and no operation uses it. Its type is any JSON.";
    PARTS_UNKNOWN = "COGEN-T015": "A multipart body has a schema that names no properties, so that none of its parts are known.";

    // N: names.
    NAME_CLASH = "COGEN-N001": "Two names of a document give one identifier in Rust, such as `foo-bar` and `fooBar`. Neither has it, since it \
        would mean the other one in another order of the document: each has a longer name, such as `foo_bar_kebab` and `foo_bar_camel`. \
        `[rename.types]` in cogen.toml gives types names of your choice.";
    UNKNOWN_SCHEMA_IN_CONFIG = "COGEN-N002": "cogen.toml renames or replaces a type that the document does not have: the name is neither a schema's nor that of a generated type.";
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
        assert!(explain("COGEN-L021").is_some_and(|e| e.text.contains("twice")));
        for written in ["COGEN-L999", "", "L", "é1", "21", "L99999", "L0021x", "COGEN-", "L+21"] {
            assert_eq!(explain(written), None, "{written}");
        }
    }

    #[test]
    fn a_line_of_the_list_is_one_sentence() {
        let first = |code: &str| explain(code).map(|e| e.first_sentence());
        assert_eq!(first("L021"), Some("An object has a key twice"));
        assert_eq!(
            first("u002"),
            Some("cogen reads Swagger 2.0, OpenAPI 3.0 and, as far as 3.0 can say the same, OpenAPI 3.1")
        );
        for explained in all() {
            let length = explained.first_sentence().chars().count();
            assert!((15..=200).contains(&length), "{}: {}", explained.code, explained.first_sentence());
        }
    }
}
