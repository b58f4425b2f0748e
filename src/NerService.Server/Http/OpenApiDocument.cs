using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using NerService.Protocol.Errors;
using NerService.Server.Errors;
using V1 = NerService.Contracts.V1;

namespace NerService.Server.Http;

/// <summary>
/// The OpenAPI 3.1 document of the JSON methods, made from the contract's own descriptors and comments, so that it cannot say anything else.
/// </summary>
internal static class OpenApiDocument
{
    // Never embedded in a page, so nothing beyond JSON's own rules is escaped.
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] Json = Encoding.UTF8.GetBytes(Make().ToJsonString(Format));

    internal static Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = Json.Length;
        return context.Response.Body.WriteAsync(Json, context.RequestAborted).AsTask();
    }

    private static JsonObject Make()
    {
        var file = V1.NerReflection.Descriptor;
        var comments = ReadComments(file.Package);
        var schemas = new JsonObject { ["Problem"] = ProblemSchema(comments) };
        var paths = new JsonObject();
        foreach (var (path, (verb, method)) in JsonMethods.ByPath)
            paths[path] = new JsonObject { [verb] = Operation(method, verb, comments, schemas) };
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Arabic named-entity recognition",
                ["description"] = comments.GetValueOrDefault($"{file.Package}.NerService", ""),
                ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version!.ToString(3),
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject
                {
                    ["apiKey"] = new JsonObject
                    {
                        ["type"] = "apiKey",
                        ["in"] = "header",
                        ["name"] = Security.CallerGate.Header,
                        ["description"] = "Only where the server asks for keys.",
                    },
                },
            },
            ["security"] = new JsonArray(new JsonObject(), new JsonObject { ["apiKey"] = new JsonArray() }),
        };
    }

    private static JsonObject Operation(MethodDescriptor method, string verb, Dictionary<string, string> comments, JsonObject schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = method.Name,
            ["description"] = comments.GetValueOrDefault(method.FullName, ""),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = "The answer.",
                    ["content"] = Content("application/json", Reference(method.OutputType, comments, schemas)),
                },
                ["default"] = new JsonObject
                {
                    ["description"] = "What was wrong.",
                    ["content"] = Content(ProblemDetailsErrors.ContentType, new JsonObject { ["$ref"] = "#/components/schemas/Problem" }),
                },
            },
        };
        if (verb == "post")
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content("application/json", Reference(method.InputType, comments, schemas)),
            };
        return operation;
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(MessageDescriptor message, Dictionary<string, string> comments, JsonObject schemas)
    {
        if (!schemas.ContainsKey(message.Name))
        {
            var properties = new JsonObject();
            schemas[message.Name] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = comments.GetValueOrDefault(message.FullName, ""),
                ["properties"] = properties,
            };
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                var schema = field.IsMap
                    ? new JsonObject
                    {
                        ["type"] = "object",
                        ["additionalProperties"] = Schema(field.MessageType.FindFieldByName("value"), comments, schemas),
                    }
                    : Schema(field, comments, schemas);
                if (field.IsRepeated && !field.IsMap)
                    schema = new JsonObject { ["type"] = "array", ["items"] = schema };
                if (comments.TryGetValue(field.FullName, out var comment))
                    schema["description"] = comment;
                properties[field.JsonName] = schema;
            }
        }
        return new JsonObject { ["$ref"] = $"#/components/schemas/{message.Name}" };
    }

    private static JsonObject Schema(FieldDescriptor field, Dictionary<string, string> comments, JsonObject schemas) =>
        field.FieldType switch
        {
            FieldType.Message => WellKnown(field.MessageType) ?? Reference(field.MessageType, comments, schemas),
            FieldType.Enum => new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. field.EnumType.Values.Select(value => (JsonNode)value.Name)]),
            },
            FieldType.Bool => new JsonObject { ["type"] = "boolean" },
            FieldType.Int32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
            FieldType.Float or FieldType.Double => new JsonObject
            {
                ["type"] = "number",
                ["format"] = field.FieldType == FieldType.Float ? "float" : "double",
            },
            FieldType.String => new JsonObject { ["type"] = "string" },
            var type => throw new InvalidOperationException($"{field.FullName} is of type {type}, which the OpenAPI document does not know yet."),
        };

    /// <summary>What proto3's JSON has a form of its own for; null for any other message.</summary>
    private static JsonObject? WellKnown(MessageDescriptor message) =>
        message.FullName switch
        {
            "google.protobuf.Duration" => new JsonObject { ["type"] = "string", ["pattern"] = @"^-?\d+(\.\d+)?s$" },
            "google.protobuf.Timestamp" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            "google.protobuf.Any" => new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["@type"] = new JsonObject { ["type"] = "string" } },
                ["additionalProperties"] = true,
            },
            _ => null,
        };

    private static JsonObject ProblemSchema(Dictionary<string, string> comments) =>
        new()
        {
            ["type"] = "object",
            ["description"] = "An error (RFC 9457).",
            ["properties"] = new JsonObject
            {
                ["title"] = new JsonObject { ["type"] = "string", ["description"] = "The HTTP status in words." },
                ["status"] = new JsonObject { ["type"] = "integer" },
                ["detail"] = new JsonObject { ["type"] = "string", ["description"] = "What was wrong, the limit or value found." },
                ["code"] = new JsonObject { ["type"] = "string", ["description"] = "The name of the gRPC code, such as INVALID_ARGUMENT." },
                ["violations"] = new JsonObject
                {
                    ["type"] = "array",
                    ["items"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject
                        {
                            ["field"] = new JsonObject { ["type"] = "string" },
                            ["description"] = new JsonObject { ["type"] = "string" },
                            ["reason"] = new JsonObject { ["type"] = "string" },
                        },
                    },
                },
                ["retryAfterSeconds"] = new JsonObject { ["type"] = "number" },
                ["reason"] = new JsonObject
                {
                    ["type"] = "string",
                    ["description"] =
                        "Why, by a word that stays. Reasons are added; one that is not known is to be judged by code.\n\n"
                        + string.Join(
                            '\n',
                            ErrorTable.All.Select(reason =>
                                $"* {ErrorTable.NameOf(reason)} ({ErrorTable.RuleOf(reason).HttpStatus}): "
                                + comments[$"ner.v1.ErrorReason.ERROR_REASON_{ErrorTable.NameOf(reason)}"]
                            )
                        ),
                    ["examples"] = new JsonArray([.. ErrorTable.All.Select(reason => (JsonNode)ErrorTable.NameOf(reason))]),
                },
                ["metadata"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "Values that belong to the reason, such as limit and found.",
                    ["additionalProperties"] = new JsonObject { ["type"] = "string" },
                },
            },
        };

    private static Dictionary<string, string> ReadComments(string package)
    {
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in (ReadOnlySpan<string>)["ner.proto", "errors.proto"])
        {
            using var stream =
                typeof(OpenApiDocument).Assembly.GetManifestResourceStream(file)
                ?? throw new InvalidOperationException("The contract is not embedded in this build.");
            using var reader = new StreamReader(stream, Encoding.UTF8);
            foreach (var (name, comment) in ProtoComments.Read(reader, package))
                comments[name] = comment;
        }
        return comments;
    }
}
