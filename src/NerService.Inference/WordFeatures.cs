namespace NerService.Inference;

/// <summary>What gazetteers propose at a word, as a graph may read it. The bits of a word whose matches overlap are the union of theirs for the
/// types, and the last match's for the rest.</summary>
[Flags]
public enum WordFeatures : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A match that is a person's name begins here.</summary>
    PersonBegin = 1 << 0,

    /// <summary>A match that is a person's name goes on here.</summary>
    PersonInside = 1 << 1,

    /// <summary>A match that is a place's name begins here.</summary>
    LocationBegin = 1 << 2,

    /// <summary>A match that is a place's name goes on here.</summary>
    LocationInside = 1 << 3,

    /// <summary>A match that is an organization's name begins here.</summary>
    OrganizationBegin = 1 << 4,

    /// <summary>A match that is an organization's name goes on here.</summary>
    OrganizationInside = 1 << 5,

    /// <summary>The match that begins here was found by cutting proclitics off the word.</summary>
    Cut = 1 << 6,

    /// <summary>The match that begins here has one word.</summary>
    OneWord = 1 << 7,

    /// <summary>The heaviest entry of the match weighs 10,000 or more.</summary>
    Weight10K = 1 << 8,

    /// <summary>The heaviest entry of the match weighs 100,000 or more.</summary>
    Weight100K = 1 << 9,

    /// <summary>The word, or what is left of it without proclitics, is a given name.</summary>
    Given = 1 << 10,

    /// <summary>The word, or what is left of it without proclitics, is a family name.</summary>
    Family = 1 << 11,

    /// <summary>The match is known from the model's training text alone.</summary>
    Seen = 1 << 12,
}
