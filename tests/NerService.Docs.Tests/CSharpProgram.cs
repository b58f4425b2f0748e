using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NerService.Docs.Tests;

/// <summary>A program that a page shows: compiled with what these tests reference, and run in this process.</summary>
internal static class CSharpProgram
{
    /// <summary>What the SDK puts above every file of a new program, web programs too.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.Extensions.DependencyInjection;
        """;

    // Standard output is the process's: one program at a time writes to it.
    private static readonly SemaphoreSlim Output = new(1);

    /// <summary>Compiles and runs a program of top-level statements.</summary>
    /// <returns>What it wrote to standard output.</returns>
    internal static async Task<string> RunAsync(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(
            "Shown",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(source)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
        );
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning)));

        assembly.Position = 0;
        var main = new AssemblyLoadContext("Shown", isCollectible: false).LoadFromStream(assembly).EntryPoint!;
        await Output.WaitAsync(TestContext.Current.CancellationToken);
        var (output, before) = (new StringWriter { NewLine = "\n" }, Console.Out);
        Console.SetOut(output);
        try
        {
            if (main.Invoke(null, [Array.Empty<string>()]) is Task running)
                await running;
        }
        finally
        {
            Console.SetOut(before);
            Output.Release();
        }
        return output.ToString();
    }
}
