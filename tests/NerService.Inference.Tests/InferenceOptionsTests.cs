namespace NerService.Inference.Tests;

public sealed class InferenceOptionsTests
{
    public static TheoryData<InferenceOptions, string> OutOfRange =>
        new()
        {
            {
                new InferenceOptions { Threads = -1 },
                "Threads is -1"
            },
            {
                new InferenceOptions { MaxBatchPaddedSubwords = 7 },
                "MaxBatchPaddedSubwords is 7"
            },
            {
                new InferenceOptions { MaxQueuedPaddedSubwords = 0 },
                "MaxQueuedPaddedSubwords is 0"
            },
        };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_range_is_named_with_its_value(InferenceOptions options, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void The_defaults_are_valid() => new InferenceOptions().Validate();
}
