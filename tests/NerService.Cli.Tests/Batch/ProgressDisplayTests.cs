using NerService.Batch.Checkpoints;
using NerService.Cli.Batch;

namespace NerService.Cli.Tests.Batch;

public sealed class ProgressDisplayTests
{
    [Fact]
    public void A_job_says_in_the_end_where_each_error_stands_with_its_reason()
    {
        var progress = new BatchProgress { ErrorsFile = "tagged.jsonl.errors.jsonl" };
        Assert.DoesNotContain("errors.jsonl", ProgressDisplay.Summary(progress), StringComparison.Ordinal);

        progress.Totals.Errors = 1;
        Assert.EndsWith("\neach error with its reason: tagged.jsonl.errors.jsonl", ProgressDisplay.Summary(progress), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_was_stopped_says_from_where_it_went_on()
    {
        var progress = new BatchProgress();
        progress.Begin(new BatchTotals { Documents = 474 });
        progress.Totals.Documents = 1500;

        Assert.StartsWith(
            "Went on after 474 documents of an earlier run.\ndocuments 1500, ",
            ProgressDisplay.Summary(progress),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_job_that_had_ended_says_that_nothing_was_left_to_do_and_what_begins_anew()
    {
        var progress = new BatchProgress();
        progress.Begin(new BatchTotals { Documents = 2 }, complete: true);

        Assert.StartsWith(
            "The job had ended before, and nothing was left to do; --restart starts over.\ndocuments 2, ",
            ProgressDisplay.Summary(progress),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_job_says_that_all_is_done_when_all_is()
    {
        var progress = new BatchProgress { ExpectedDocuments = 100_000 };
        progress.Totals.Documents = 99_999;
        Assert.StartsWith("99.9 %, ", ProgressDisplay.Line(progress, TimeSpan.FromSeconds(1)), StringComparison.Ordinal);
        progress.Totals.Documents = 100_000;
        Assert.StartsWith("100.0 %, ", ProgressDisplay.Line(progress, TimeSpan.FromSeconds(1)), StringComparison.Ordinal);
    }
}
