namespace TrygghetHub.Screening;

/// <summary>How a word is to be read: a name, or a cue to what stands beside it. One word may be of several kinds.</summary>
[Flags]
internal enum WordKinds
{
    /// <summary>Of no list.</summary>
    None = 0,

    /// <summary>A common first name.</summary>
    FirstName = 1 << 0,

    /// <summary>A common last name, or ends in <c>-sson</c>.</summary>
    LastName = 1 << 1,

    /// <summary>A name that is as much a common word or a place: counts only in company.</summary>
    AlsoWord = 1 << 2,

    /// <summary>Stands before a person's name: herr, killen, grannen.</summary>
    Title = 1 << 3,

    /// <summary>Kin and company: bror, sambo, granne.</summary>
    Kinship = 1 << 4,

    /// <summary>A nickname follows, with a capital or between quotes: kallad.</summary>
    NicknameCue = 1 << 5,

    /// <summary>A nickname follows, however written: alias.</summary>
    Alias = 1 << 6,

    /// <summary>Suspicion, arrest, sentence.</summary>
    Suspicion = 1 << 7,

    /// <summary>What somebody looks like or wears, beside an age.</summary>
    Appearance = 1 << 8,

    /// <summary>What somebody looks like, also without an age.</summary>
    Outfit = 1 << 9,

    /// <summary>Makes an age of the number before it: årig, årsåldern.</summary>
    Age = 1 << 10,

    /// <summary>An age when a person stands near; otherwise a duration.</summary>
    Years = 1 << 11,

    /// <summary>A year of birth follows.</summary>
    Born = 1 << 12,

    /// <summary>Somebody: man, kvinna, förare.</summary>
    Person = 1 << 13,

    /// <summary>Makes a street or a place of the names before it.</summary>
    Street = 1 << 14,

    /// <summary>Makes something else than a person of the name after it: kvarteret, stormen.</summary>
    PlaceCue = 1 << 15,

    /// <summary>A registration plate follows.</summary>
    Registration = 1 << 16,

    /// <summary>A vehicle.</summary>
    Vehicle = 1 << 17,

    /// <summary>Three letters that commonly stand before a number without being a plate.</summary>
    NotPlate = 1 << 18,

    /// <summary>A flat.</summary>
    Flat = 1 << 19,

    /// <summary>A bank account.</summary>
    Account = 1 << 20,

    /// <summary>Bankgiro or plusgiro, which are organisations'.</summary>
    Giro = 1 << 21,

    /// <summary>A social medium.</summary>
    Network = 1 << 22,

    /// <summary>"Number", as in K-nummer.</summary>
    CaseCue = 1 << 23,

    /// <summary>A fixture, whose label looks like a plate: stolpe, skåp, brandpost; also at the end of a compound.</summary>
    Fixture = 1 << 24,

    /// <summary>What may stand between a fixture and its label: nr, märkt.</summary>
    Label = 1 << 25,

    /// <summary>Either kind of name.</summary>
    Name = FirstName | LastName,
}
