using System.CommandLine;
using System.Globalization;
using NerService.Client;
using NerService.Contracts.V1;
using NerService.Workbench.Load;

namespace NerService.Cli.Workbench;

/// <summary>The options of <c>ner bench --server</c>.</summary>
internal sealed class LoadSetup
{
    /// <summary>What is measured when nothing is named.</summary>
    private static readonly int[] DefaultCallers = [1, 8, 64];

    private readonly ServerSetup _server = new(
        "Measure a server instead, from this process: the load that the options below name, for each length of document. Without any of them: "
            + "--callers 1,8,64."
    );

    private readonly Option<int[]> _callers = CliOption.Numbers<int>(
        "--callers",
        "N,N",
        "Closed loops: so many callers at once, each sends its next document when the last is answered."
    );

    private readonly Option<double[]> _rate = CliOption.Numbers<double>(
        "--rate",
        "R,R",
        "Open loops: so many documents a second, arriving at random (Poisson) whatever the server does; latency counts from when a document "
            + "should have been sent."
    );

    private readonly Option<int[]> _streams = CliOption.Numbers<int>("--streams", "N,N", "Streams: so many at once, each always full.");

    private readonly Option<int?> _bulkStreams = CliOption.Number<int>(
        "--bulk-streams",
        "N",
        "One interactive caller alone, then beside so many full streams of bulk priority, then alone again."
    );

    private readonly Option<double?> _overload = CliOption.Number<double>(
        "--overload",
        "X",
        "Capacity by 64 callers, then an open loop of X times as many documents a second with a deadline (--deadline, else 2 seconds), then "
            + "capacity again."
    );

    private readonly Option<bool> _saturation = new("--saturation")
    {
        Description =
            "The bare session of --model in this process, then the server under 64 callers, then the session again, never at the same time; the "
            + "server must serve the same model.",
    };

    private readonly Option<double?> _duration = Seconds("--duration", "Measured part of each load.", 10);
    private readonly Option<double?> _warmup = Seconds("--warmup", "Part of each load before the measured one.", 2);
    private readonly Option<double?> _deadline = Seconds("--deadline", "What each call of a closed or open loop gets. Default: as long as it takes.");

    private readonly ChoiceOption<Priority> _priority = new(
        "--priority",
        "Priority of the documents of --callers, --rate and --streams.",
        ("interactive", Priority.Interactive),
        ("bulk", Priority.Bulk)
    );

    private readonly Option<int> _seed = CliOption.Number("--seed", 1, "Seed of the arrivals.", min: int.MinValue);

    private readonly Option<string?> _metrics = CliOption.Text(
        "--metrics",
        "URL",
        "The server's metrics page, such as http://localhost:5052/metrics: shows how full its batches were and whether its counters add up."
    );

    internal IEnumerable<Option> All => [.. _server.All, .. Dependent];

    /// <summary>Those that mean nothing without a server.</summary>
    private IEnumerable<Option> Dependent =>
        [_callers, _rate, _streams, _bulkStreams, _overload, _saturation, _duration, _warmup, _deadline, _priority, _seed, _metrics];

    /// <summary>Makes a client of the server that is measured. A refusal is counted, not tried again.</summary>
    internal NerClient Connect(ParseResult parsed, LoadPlan plan) => _server.Connect(parsed, plan.Server, options => options.MaxAttempts = 1);

    /// <summary>What the options say; null: no server is to be measured.</summary>
    /// <exception cref="CliException">An option is out of range or stands without --server.</exception>
    internal LoadPlan? Plan(ParseResult parsed)
    {
        if (_server.Address(parsed) is not { } server)
        {
            ServerSetup.RefuseWithoutServer(parsed, Dependent);
            return null;
        }
        var plan = new LoadPlan
        {
            Server = server,
            Metrics = parsed.GetValue(_metrics) is { } page ? ServerSetup.HttpAddress("--metrics", page, "http://localhost:5052/metrics") : null,
            Callers = parsed.GetValue(_callers)!,
            Rates = parsed.GetValue(_rate)!,
            Streams = parsed.GetValue(_streams)!,
            BulkStreams = parsed.GetValue(_bulkStreams),
            Overload = parsed.GetValue(_overload),
            Saturation = parsed.GetValue(_saturation),
            Duration = Value(parsed, _duration, 0.1)!.Value,
            Warmup = Value(parsed, _warmup, 0)!.Value,
            Deadline = Value(parsed, _deadline, 0.001),
            Priority = _priority.Value(parsed),
            Seed = parsed.GetValue(_seed),
        };
        if (plan.BulkStreams is < 1)
            throw new CliException(ExitCode.Usage, $"{_bulkStreams.Name} is {plan.BulkStreams}; it must be at least 1.");
        if (plan.Overload is <= 0 or > 1000 or double.NaN)
            throw new CliException(
                ExitCode.Usage,
                string.Create(CultureInfo.InvariantCulture, $"{_overload.Name} is {plan.Overload}; it must be above 0 and at most 1000.")
            );
        return plan.Steps > 0 ? plan : plan with { Callers = DefaultCallers };
    }

    private static Option<double?> Seconds(string name, string description, double? fallback = null) =>
        CliOption.Number(name, "SECONDS", description, fallback);

    private static TimeSpan? Value(ParseResult parsed, Option<double?> option, double min) =>
        parsed.GetValue(option) is not { } seconds ? null
        : seconds >= min && seconds <= 86_400 ? TimeSpan.FromSeconds(seconds)
        : throw new CliException(
            ExitCode.Usage,
            string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {seconds}; allowed are {min} to 86400 seconds.")
        );
}
