using System.Text;
using Google.Protobuf.Reflection;
using Google.Rpc;
using NerService.Contracts.V1;
using NerService.Server.Http;

namespace NerService.Server.Tests.Http;

/// <summary>What a JSON body is told before a message is made of it: the field, the position, and why.</summary>
public sealed class JsonShapeTests
{
    [Theory]
    [InlineData("""{"document": {"text": "نص"}, "options": {"minConfidence": 0.5}}""")]
    [InlineData("""{"document": {"text": "نص"}, "options": {"min_confidence": 5e-1}}""")]
    [InlineData("""{"document": {"text": "نص"}, "options": {"minConfidence": "NaN"}}""")]
    [InlineData("""{"document": {"text": "نص"}, "options": {"offsetUnit": 2}}""")]
    [InlineData("""{"document": {"text": null}, "options": null}""")]
    [InlineData("""{"document": {"tokenizedText": {"tokens": []}}, "options": {"minConfidenceByLabel": {"PER": 0.5, "LOC": 0.5}}}""")]
    public void What_the_proto3_json_mapping_allows_is_not_a_problem(string json) => Assert.Null(Find(json, ExtractEntitiesRequest.Descriptor));

    [Theory]
    [InlineData("""{"document": {"text": "نص"}, "options": {"minConfidense": 0.5}}""", "options.minConfidense", "There is no such field")]
    [InlineData("""{"document": {"text": "نص", "text": "نص"}}""", "document.text", "Only one of text, tokenizedText")]
    [InlineData("""{"document": {"text": "نص"}, "document": {}}""", "document", "given twice")]
    [InlineData("""{"document": {"text": 7}}""", "document.text", "A string is expected")]
    [InlineData("""{"document": {"text": "\ud800"}}""", "document.text", "surrogate")]
    [InlineData("""{"document": []}""", "document", "An object is expected")]
    [InlineData("""{"document": {"tokenizedText": {"tokens": ["نص", null]}}}""", "document.tokenizedText.tokens[1]", "null")]
    [InlineData("""{"options": {"minConfidence": "half"}}""", "options.minConfidence", "A number is expected")]
    [InlineData("""{"options": {"minConfidence": 1e400}}""", "options.minConfidence", "A number is expected")]
    [InlineData("""{"options": {"minConfidence": 1e39}}""", "options.minConfidence", "A number is expected")]
    [InlineData("""{"options": {"minConfidence": "0.5"}}""", "options.minConfidence", "A number is expected")] // the transcoder reads none of these
    [InlineData("""{"options": {"minConfidenceByLabel": {"PER": "0.5"}}}""", "options.minConfidenceByLabel[\"PER\"]", "A number is expected")]
    [InlineData("""{"options": {"minConfidenceByLabel": {"PER": 0.1, "PER": 0.9}}}""", "options.minConfidenceByLabel[\"PER\"]", "given twice")]
    [InlineData("""{"options": {"minConfidenceByLabel": {"PER": null}}}""", "options.minConfidenceByLabel[\"PER\"]", "null")]
    [InlineData("""{"options": {"min_confidence": "half"}}""", "options.minConfidence", "A number is expected")]
    [InlineData("""{"options": {"offsetUnit": "MILES"}}""", "options.offsetUnit", "allowed are OFFSET_UNIT_UNSPECIFIED")]
    public void What_would_change_the_answer_without_a_word_is_told_with_its_field(string json, string field, string description)
    {
        var violation = Violation(json, ExtractEntitiesRequest.Descriptor);
        Assert.Equal(("INVALID_FIELD", field), (violation.Reason, violation.Field));
        Assert.Contains(description, violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_of_a_batch_that_is_null_is_told_with_its_place()
    {
        var violation = Violation("{\"documents\": [{\"text\": \"نص\"},\n null]}", BatchExtractEntitiesRequest.Descriptor);
        Assert.Equal("documents[1]", violation.Field);
        Assert.EndsWith("(line 2, column 2).", violation.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    public void A_body_that_is_not_an_object_is_told(string json)
    {
        var problem = Find(json, ExtractEntitiesRequest.Descriptor)!;
        Assert.Equal("The body cannot be read: An object is expected (line 1, column 1).", problem.Message);
        Assert.Equal("MALFORMED_MESSAGE", problem.GetDetail<ErrorInfo>()!.Reason);
    }

    private static BadRequest.Types.FieldViolation Violation(string json, MessageDescriptor message) =>
        Assert.Single(Find(json, message)!.GetDetail<BadRequest>()!.FieldViolations);

    private static Status? Find(string json, MessageDescriptor message) => JsonShape.FindProblem(Encoding.UTF8.GetBytes(json), message);
}
