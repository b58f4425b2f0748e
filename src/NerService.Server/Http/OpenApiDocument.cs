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
/// The OpenAPI 3.1 document of the JSON methods: the file openapi.json, filled in from the contract's own descriptors and comments, so that it cannot
/// say anything else.
/// </summary>
internal static class OpenApiDocument
{
    // Never embedded in a page, so nothing beyond JSON's own rules is escaped.
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Dictionary<string, string> Comments = ProtoComments.Read("ner.proto", "errors.proto");
    private static readonly byte[] Json = Encoding.UTF8.GetBytes(Make().ToJsonString(Format));

    internal static Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = Json.Length;
        return context.Response.Body.WriteAsync(Json, context.RequestAborted).AsTask();
    }

    private static JsonNode Make()
    {
        var document = JsonNode.Parse(EmbeddedFile.Read("openapi.json"))!;
        document["info"]!["description"] = Comments[V1.NerService.Descriptor.FullName];
        document["info"]!["version"] = ServerHost.Version;
        var schemas = document["components"]!["schemas"]!.AsObject();
        var reason = schemas["Problem"]!["properties"]!["reason"]!;
        var listed = ErrorTable.All.Select(reason =>
            $"* {ErrorTable.NameOf(reason)} ({ErrorTable.RuleOf(reason).HttpStatus}): "
            + Comments[$"ner.v1.ErrorReason.ERROR_REASON_{ErrorTable.NameOf(reason)}"]
        );
        reason["description"] = (string?)reason["description"] + string.Join('\n', listed);
        reason["examples"] = Strings(ErrorTable.All.Select(ErrorTable.NameOf));
        foreach (var (path, (verb, method)) in JsonMethods.ByPath)
            document["paths"]![path] = new JsonObject { [verb] = Operation(method, verb, schemas) };
        return document;
    }

    private static JsonObject Operation(MethodDescriptor method, string verb, JsonObject schemas)
    {
        var operation = new JsonObject
        {
            ["operationId"] = method.Name,
            ["description"] = Comments.GetValueOrDefault(method.FullName, ""),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject
                {
                    ["description"] = "The answer.",
                    ["content"] = Content("application/json", Reference(method.OutputType, schemas)),
                },
                ["default"] = new JsonObject
                {
                    ["description"] = "What was wrong.",
                    ["content"] = Content(ProblemDetailsErrors.ContentType, Reference("Problem")),
                },
            },
        };
        if (verb == "post")
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content("application/json", Reference(method.InputType, schemas)),
            };
        return operation;
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Reference(string schema) => new() { ["$ref"] = $"#/components/schemas/{schema}" };

    private static JsonObject Reference(MessageDescriptor message, JsonObject schemas)
    {
        if (!schemas.ContainsKey(message.Name))
        {
            var properties = new JsonObject();
            schemas[message.Name] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = Comments.GetValueOrDefault(message.FullName, ""),
                ["properties"] = properties,
            };
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                var schema =
                    field.IsMap
                        ? new() { ["type"] = "object", ["additionalProperties"] = Schema(field.MessageType.FindFieldByName("value"), schemas) }
                    : field.IsRepeated ? new() { ["type"] = "array", ["items"] = Schema(field, schemas) }
                    : Schema(field, schemas);
                if (Comments.TryGetValue(field.FullName, out var comment))
                    schema["description"] = comment;
                properties[field.JsonName] = schema;
            }
        }
        return Reference(message.Name);
    }

    private static JsonObject Schema(FieldDescriptor field, JsonObject schemas) =>
        field.FieldType switch
        {
            FieldType.Message => WellKnown(field.MessageType) ?? Reference(field.MessageType, schemas),
            FieldType.Enum => new() { ["type"] = "string", ["enum"] = Strings(field.EnumType.Values.Select(value => value.Name)) },
            FieldType.Bool => new() { ["type"] = "boolean" },
            FieldType.Int32 => new() { ["type"] = "integer", ["format"] = "int32" },
            FieldType.Float => new() { ["type"] = "number", ["format"] = "float" },
            FieldType.Double => new() { ["type"] = "number", ["format"] = "double" },
            FieldType.String => new() { ["type"] = "string" },
            var type => throw new InvalidOperationException($"{field.FullName} is of type {type}, which the OpenAPI document does not know yet."),
        };

    /// <summary>What proto3's JSON has a form of its own for; null for any other message.</summary>
    private static JsonObject? WellKnown(MessageDescriptor message) =>
        message.FullName switch
        {
            "google.protobuf.Duration" => new() { ["type"] = "string", ["pattern"] = @"^-?\d+(\.\d+)?s$" },
            "google.protobuf.Timestamp" => new() { ["type"] = "string", ["format"] = "date-time" },
            "google.protobuf.Any" => new()
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["@type"] = new JsonObject { ["type"] = "string" } },
                ["additionalProperties"] = true,
            },
            _ => null,
        };

    private static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];
}
