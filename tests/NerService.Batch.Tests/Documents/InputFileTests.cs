using System.IO.Pipes;
using System.Text;
using NerService.Batch.Documents;

namespace NerService.Batch.Tests.Documents;

public sealed class InputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A shell's <(command) is such a path.
    [Theory]
    [InlineData("-")]
    [InlineData("out.jsonl")]
    public async Task A_pipe_is_read_once_and_whole(string output)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write(Encoding.UTF8.GetBytes("غزة\nبيروت\n"));
        // The end that is read stays open until the job has opened it too, whenever that is.
        pipe.SafePipeHandle.Dispose();
        var path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        var input = await JobInput.FindAsync(new InputOptions { Patterns = [path] }, TestContext.Current.CancellationToken);
        await input.DescribeAsync([], TestContext.Current.CancellationToken);
        Assert.Equal(0, input.Bytes);
        Assert.Equal(2, (await Job.RunAsync(path, output == "-" ? output : _folder[output]).WithinLimitAsync()).Documents);
    }

    [Fact]
    public async Task A_folder_in_place_of_a_file_is_told_with_the_pattern_of_its_files()
    {
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            JobInput.FindAsync(new InputOptions { Patterns = [_folder.Path] }, TestContext.Current.CancellationToken)
        );
        Assert.Equal($"--in: '{_folder.Path}' is a folder; '{_folder.Path}/*' means its files.", error.Message);
    }

    [Fact]
    public async Task A_link_in_the_working_directory_is_followed_from_there()
    {
        // Of a relative link named without a folder, the target was looked for in the root.
        var (file, link) = ($"{Guid.NewGuid():N}.txt", $"{Guid.NewGuid():N}.txt");
        File.WriteAllText(file, "غزة\n");
        File.CreateSymbolicLink(link, file);
        try
        {
            Assert.Equal(7, (await JobInput.FindAsync(new InputOptions { Patterns = [link] }, TestContext.Current.CancellationToken)).Bytes);
            var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(link, link));
            Assert.Contains("which is its input", error.Message, StringComparison.Ordinal);
            Assert.Equal(1, (await Job.RunAsync(link, _folder["out.jsonl"])).Documents);
        }
        finally
        {
            File.Delete(link);
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("in.csv")]
    [InlineData("in.CSV.gz")]
    public async Task A_table_is_refused_by_its_name_unless_its_format_is_said(string name)
    {
        var path = _folder.Write(name, "id,text\n1,زار لافروف غزة\n");
        var error = await Assert.ThrowsAsync<BatchException>(() => Job.RunAsync(path, _folder["out.jsonl"]));
        Assert.Contains("is CSV by its name, which is not read", error.Message, StringComparison.Ordinal);
        var totals = await Job.RunAsync(path, _folder["out.jsonl"], reading: options => options with { Format = InputFormat.Text });
        Assert.Equal(2, totals.Documents);
    }

    [Fact]
    public async Task Columns_asked_for_where_no_file_has_any_are_refused()
    {
        var path = _folder.Write("in.txt", "زار لافروف غزة\n");
        var error = await Assert.ThrowsAsync<BatchException>(() =>
            Job.RunAsync(path, _folder["out.jsonl"], reading: options => options with { Columns = new(2, null) })
        );
        Assert.Equal(BatchFailure.Usage, error.Failure);
        Assert.Contains("--token-column and --label-column are about CoNLL files", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_as_long_as_what_it_leads_to()
    {
        _folder.Write("in.txt", "غزة\n");
        File.CreateSymbolicLink(_folder["link.txt"], _folder["in.txt"]);
        File.CreateSymbolicLink(_folder["link-of-link.txt"], _folder["link.txt"]);
        foreach (var name in (string[])["in.txt", "link.txt", "link-of-link.txt"])
            Assert.Equal(7, (await JobInput.FindAsync(new InputOptions { Patterns = [_folder[name]] }, TestContext.Current.CancellationToken)).Bytes);
    }
}
