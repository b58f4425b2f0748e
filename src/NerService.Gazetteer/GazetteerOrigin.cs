namespace NerService.Gazetteer;

/// <summary>Whose names an index holds.</summary>
public enum GazetteerOrigin
{
    /// <summary>The service's own files.</summary>
    BuiltIn,

    /// <summary>Files of the user's own.</summary>
    User,

    /// <summary>The caller's own names, sent with one request.</summary>
    Request,

    /// <summary>A model's training text: evidence that a word is a name, never an entity by itself.</summary>
    TrainingText,
}
