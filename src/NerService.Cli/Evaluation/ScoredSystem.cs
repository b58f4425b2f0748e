namespace NerService.Cli.Evaluation;

/// <summary>What of the service is scored.</summary>
internal enum ScoredSystem
{
    /// <summary>The model's own decoding, with the model's own probability as confidence.</summary>
    Model,

    /// <summary>Model and arbiter, no gazetteer.</summary>
    Arbiter,

    /// <summary>Model, gazetteer and arbiter.</summary>
    Service,
}

/// <summary>Chooses what is scored.</summary>
internal static class ScoredSystems
{
    /// <summary>The rule: the model alone unless gazetteer or arbiter are asked for; an output other than the default is always the model alone.</summary>
    /// <param name="gazetteer">--gazetteer; null when not given.</param>
    /// <param name="arbiter">--arbiter; null when not given.</param>
    /// <param name="isDefaultOutput">Whether the model's default output is scored.</param>
    /// <param name="hasArbiter">Whether the model came with an arbiter.</param>
    /// <exception cref="CliException">The gazetteer is asked for without the arbiter, through which alone it speaks.</exception>
    internal static ScoredSystem Choose(bool? gazetteer, bool? arbiter, bool isDefaultOutput, bool hasArbiter)
    {
        if (gazetteer == true && arbiter == false) throw new CliException(ExitCode.Usage, "--gazetteer on needs the arbiter, through which the gazetteer speaks; leave --arbiter off out.");
        if (!isDefaultOutput || !hasArbiter || arbiter == false || gazetteer is null && arbiter is null) return ScoredSystem.Model;
        return gazetteer == false ? ScoredSystem.Arbiter : ScoredSystem.Service;
    }

    /// <summary>Its name in JSON.</summary>
    internal static string Key(this ScoredSystem system) => system switch
    {
        ScoredSystem.Model => "model",
        ScoredSystem.Arbiter => "arbiter",
        _ => "service",
    };

    /// <summary>Its name for people.</summary>
    internal static string Describe(this ScoredSystem system) => system switch
    {
        ScoredSystem.Model => "the model alone (its own decoding, its own probability)",
        ScoredSystem.Arbiter => "model and arbiter, without gazetteer",
        _ => "the whole service: model, gazetteer and arbiter",
    };
}
