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
    public async Task A_link_is_as_long_as_what_it_leads_to()
    {
        _folder.Write("in.txt", "غزة\n");
        File.CreateSymbolicLink(_folder["link.txt"], _folder["in.txt"]);
        File.CreateSymbolicLink(_folder["link-of-link.txt"], _folder["link.txt"]);
        foreach (var name in (string[])["in.txt", "link.txt", "link-of-link.txt"])
            Assert.Equal(7, (await JobInput.FindAsync(new InputOptions { Patterns = [_folder[name]] }, TestContext.Current.CancellationToken)).Bytes);
    }
}
