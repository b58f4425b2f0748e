using System.Collections.Immutable;
using NerService.Text.Labels;

namespace NerService.Extraction.Candidates;

/// <summary>
/// What the arbiter sees of a candidate: the model's probabilities over the span, how the candidate stands to the model's own answer, and what the
/// gazetteer knows. Pure; the order of the features is part of a trained arbiter's file, which names them. That the service's gazetteer, which knows
/// most places of one word, does not know this one speaks against it; of streets and quarters, people and organizations it says nothing. That an
/// organization is known (what is known is mostly a part of the name as annotated), kind of match, number of words (that a place has several apart),
/// ambiguity of the key, an entry's weight, a locative preposition and matches that cover a candidate did no good in cross-validation and are left
/// out.
/// </summary>
internal static class CandidateFeatures
{
    /// <summary>Names of the features, in order.</summary>
    internal static readonly ImmutableArray<string> Names =
    [
        "is_person",
        "is_location",
        "is_organization",
        "first_begin",
        "mean_type",
        "min_type",
        "span_log_probability",
        "end_break",
        "start_break",
        "mean_other_type",
        "mean_outside",
        "max_outside",
        "margin",
        "mean_entropy",
        "max_entropy",
        "is_model_span",
        "is_model_words",
        "overlaps_model",
        "inside_model",
        "around_model",
        "model_span_probability",
        "coordinated_parts",
        "is_coordinated_part",
        "coordinations_inside",
        "begins_coordinated",
        "next_coordinated",
        "words",
        "log_characters",
        "after_place_kind",
        "begins_place_kind",
        "match_person",
        "match_location",
        "match_organization",
        "match_weight",
        "match_needs_context",
        "match_location_several_words",
        "unknown_location_one_word",
        "match_missed",
        "match_user",
        "match_user_missed",
        "match_user_several_words",
        "coordinated_parts_known",
        "next_coordinated_known",
        "name_parts",
        "person_name_parts",
    ];

    internal static int Count => Names.Length;

    /// <summary>Writes the <see cref="Count"/> features of one candidate.</summary>
    internal static void Write(in Candidate candidate, LabelEvidence labels, GazetteerEvidence gazetteer, Span<float> features)
    {
        var f = 0;
        var coordination = Coordination.Around(candidate.Words, labels, gazetteer);
        WriteModel(candidate, labels, features, ref f);
        WriteRelation(candidate, labels, gazetteer, coordination, features, ref f);
        WriteGazetteer(candidate, labels, gazetteer, coordination, features, ref f);
        if (f != Count)
            throw new InvalidOperationException($"{f} features were written, {Count} are named.");
    }

    private static void WriteModel(in Candidate candidate, LabelEvidence labels, Span<float> features, ref int f)
    {
        var (words, type) = (candidate.Words, candidate.Type);
        float sumType = 0,
            minType = 1,
            sumOutside = 0,
            maxOutside = 0,
            sumEntropy = 0,
            maxEntropy = 0;
        Span<float> others = stackalloc float[LabelEvidence.Types];
        var logProbability = MathF.Log(MathF.Max(labels.Begin(words.Start, type), 1e-6f));
        for (var word = words.Start; word < words.End; word++)
        {
            var p = labels.OfType(word, type);
            sumType += p;
            minType = MathF.Min(minType, p);
            sumOutside += labels.Outside(word);
            maxOutside = MathF.Max(maxOutside, labels.Outside(word));
            sumEntropy += labels.Entropy(word);
            maxEntropy = MathF.Max(maxEntropy, labels.Entropy(word));
            for (var t = 0; t < others.Length; t++)
                others[t] += labels.OfType(word, (EntityType)t);
            if (word > words.Start)
                logProbability += MathF.Log(MathF.Max(labels.Inside(word, type), 1e-6f));
        }
        var endBreak = words.End < labels.WordCount ? 1 - labels.Inside(words.End, type) : 1;
        var startBreak = words.Start > 0 ? 1 - labels.OfType(words.Start - 1, type) : 1;
        logProbability += MathF.Log(MathF.Max(endBreak, 1e-6f));
        var other = 0f;
        for (var t = 0; t < others.Length; t++)
            if (t != (int)type)
                other = MathF.Max(other, others[t] / words.Length);
        var (mean, outside) = (sumType / words.Length, sumOutside / words.Length);

        features[f++] = type == EntityType.Person ? 1 : 0;
        features[f++] = type == EntityType.Location ? 1 : 0;
        features[f++] = type == EntityType.Organization ? 1 : 0;
        features[f++] = LogOdds(labels.Begin(words.Start, type));
        features[f++] = LogOdds(mean);
        features[f++] = LogOdds(minType);
        features[f++] = MathF.Max(logProbability, -20);
        features[f++] = LogOdds(endBreak);
        features[f++] = LogOdds(startBreak);
        features[f++] = LogOdds(other);
        features[f++] = LogOdds(outside);
        features[f++] = LogOdds(maxOutside);
        features[f++] = mean - MathF.Max(other, outside);
        features[f++] = sumEntropy / words.Length;
        features[f++] = maxEntropy;
    }

    private static void WriteRelation(
        in Candidate candidate,
        LabelEvidence labels,
        GazetteerEvidence gazetteer,
        Coordination coordination,
        Span<float> features,
        ref int f
    )
    {
        var (words, type) = (candidate.Words, candidate.Type);
        bool same = false,
            sameWords = false,
            overlaps = false,
            inside = false,
            around = false;
        var modelProbability = 0f;
        for (var word = words.Start; word < words.End; word++)
        {
            if (labels.ModelSpanAt(word) is var index && index < 0)
                continue;
            var (modelWords, modelLabel) = labels.ModelSpans[index];
            var modelType = modelLabel.Type;
            sameWords |= modelWords == words;
            same |= modelWords == words && modelType == type;
            overlaps |= modelWords != words;
            inside |= modelWords != words && modelWords.Contains(words);
            around |= modelWords != words && modelType == type && words.Contains(modelWords);
            modelProbability = MathF.Max(modelProbability, labels.OfKind(word, modelLabel));
        }
        var (coordinations, characters) = (0, 0);
        for (var word = words.Start; word < words.End; word++)
        {
            if (word > words.Start && gazetteer.MayCoordinate(word))
                coordinations++;
            characters += gazetteer.Source.Keys.Word(word).Length;
        }
        features[f++] = same ? 1 : 0;
        features[f++] = sameWords ? 1 : 0;
        features[f++] = overlaps ? 1 : 0;
        features[f++] = inside ? 1 : 0;
        features[f++] = around ? 1 : 0;
        features[f++] = modelProbability;
        features[f++] = coordination.Parts.Count;
        features[f++] = coordination.HasPart(words) ? 1 : 0;
        features[f++] = coordinations;
        features[f++] = gazetteer.MayCoordinate(words.Start) ? 1 : 0;
        features[f++] = words.End < labels.WordCount && gazetteer.MayCoordinate(words.End) ? 1 : 0;
        features[f++] = Math.Min(words.Length, 8);
        features[f++] = MathF.Log(1 + characters);
        features[f++] = words.Start > 0 && gazetteer.IsPlaceKind(words.Start - 1) ? 1 : 0;
        features[f++] = gazetteer.IsPlaceKind(words.Start) ? 1 : 0;
    }

    private static void WriteGazetteer(
        in Candidate candidate,
        LabelEvidence labels,
        GazetteerEvidence gazetteer,
        Coordination coordination,
        Span<float> features,
        ref int f
    )
    {
        var (words, match) = (candidate.Words, candidate.Match);
        var missed = candidate.Origin != CandidateOrigin.Model && !coordination.HasPart(words);
        var nameParts = gazetteer.NamePartShare(words);
        var isBuiltIn = match is { IsUsers: false };
        features[f++] = isBuiltIn && candidate.Type == EntityType.Person ? 1 : 0;
        features[f++] = isBuiltIn && candidate.Type == EntityType.Location ? 1 : 0;
        features[f++] = isBuiltIn && candidate.Type == EntityType.Organization ? 1 : 0;
        features[f++] = match is null ? 0 : MathF.Log10(1 + (float)match.Entry.Weight);
        features[f++] = match is { Entry.NeedsContext: true } ? 1 : 0;
        features[f++] = isBuiltIn && candidate.Type == EntityType.Location && words.Length > 1 ? 1 : 0;
        features[f++] = gazetteer.KnowsPlaces && match is null && candidate.Type == EntityType.Location && words.Length == 1 ? 1 : 0;
        features[f++] = isBuiltIn && missed ? 1 : 0;
        features[f++] = match is { IsUsers: true } ? 1 : 0;
        features[f++] = match is { IsUsers: true } && missed ? 1 : 0;
        features[f++] = match is { IsUsers: true } && words.Length > 1 ? 1 : 0;
        features[f++] = coordination.ShareKnown;
        features[f++] =
            match is not null
            && words.End < labels.WordCount
            && gazetteer.MayCoordinate(words.End)
            && gazetteer.IsKnownFrom(words.End, candidate.Type)
                ? 1
                : 0;
        features[f++] = nameParts;
        features[f++] = candidate.Type == EntityType.Person ? nameParts : 0;
    }

    /// <summary>Natural log-odds of a probability, kept 0.001 away from 0 and 1.</summary>
    private static float LogOdds(float probability)
    {
        var p = Math.Clamp(probability, 0.001f, 0.999f);
        return MathF.Log(p / (1 - p));
    }
}
