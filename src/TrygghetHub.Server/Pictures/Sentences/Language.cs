namespace TrygghetHub.Server.Pictures.Sentences;

/// <summary>A language that the picture speaks. Swedish comes first; what people wrote themselves is translated into neither.</summary>
internal enum Language
{
    /// <summary>Swedish, in klarspråk.</summary>
    Swedish,

    /// <summary>English.</summary>
    English,
}
