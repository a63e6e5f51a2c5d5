namespace TrygghetHub.Screening;

/// <summary>How a word is to be read: a name, or a cue to what stands beside it. One word may be of several kinds.</summary>
[Flags]
internal enum WordKinds : long
{
    /// <summary>Of no list.</summary>
    None = 0,

    /// <summary>A common first name.</summary>
    FirstName = 1L << 0,

    /// <summary>A common last name, or ends in <c>-sson</c>.</summary>
    LastName = 1L << 1,

    /// <summary>A name that is as much a common word or a place: counts only in company.</summary>
    AlsoWord = 1L << 2,

    /// <summary>Stands before a person's name: herr, killen, grannen.</summary>
    Title = 1L << 3,

    /// <summary>Kin and company: bror, sambo, granne.</summary>
    Kinship = 1L << 4,

    /// <summary>A nickname follows, with a capital or between quotes: kallad.</summary>
    NicknameCue = 1L << 5,

    /// <summary>A nickname follows, however written: alias.</summary>
    Alias = 1L << 6,

    /// <summary>Suspicion, arrest, sentence.</summary>
    Suspicion = 1L << 7,

    /// <summary>What somebody looks like or wears, beside an age.</summary>
    Appearance = 1L << 8,

    /// <summary>What somebody looks like, also without an age.</summary>
    Outfit = 1L << 9,

    /// <summary>Makes an age of the number before it: årig, årsåldern.</summary>
    Age = 1L << 10,

    /// <summary>An age when a person stands near; otherwise a duration.</summary>
    Years = 1L << 11,

    /// <summary>A year of birth follows.</summary>
    Born = 1L << 12,

    /// <summary>Somebody: man, kvinna, förare.</summary>
    Person = 1L << 13,

    /// <summary>Makes a street or a place of the names before it.</summary>
    Street = 1L << 14,

    /// <summary>Makes something else than a person of the name after it: kvarteret, stormen.</summary>
    PlaceCue = 1L << 15,

    /// <summary>A registration plate follows.</summary>
    Registration = 1L << 16,

    /// <summary>A vehicle.</summary>
    Vehicle = 1L << 17,

    /// <summary>Three letters that commonly stand before a number without being a plate.</summary>
    NotPlate = 1L << 18,

    /// <summary>A flat.</summary>
    Flat = 1L << 19,

    /// <summary>A bank account.</summary>
    Account = 1L << 20,

    /// <summary>Bankgiro or plusgiro, which are organisations'.</summary>
    Giro = 1L << 21,

    /// <summary>A social medium.</summary>
    Network = 1L << 22,

    /// <summary>"Number", as in K-nummer.</summary>
    CaseCue = 1L << 23,

    /// <summary>A fixture, whose label looks like a plate: stolpe, skåp, brandpost; also at the end of a compound.</summary>
    Fixture = 1L << 24,

    /// <summary>What may stand between a fixture and its label: nr, märkt.</summary>
    Label = 1L << 25,

    /// <summary>An identity number follows: personnummer, pnr.</summary>
    IdentityCue = 1L << 26,

    /// <summary>Leads from a date of birth to the last four digits: slutsiffror; fyra, where sista stands beside it.</summary>
    LastFourCue = 1L << 27,

    /// <summary>A telephone number follows: ring, sms, mobil.</summary>
    PhoneCue = 1L << 28,

    /// <summary>Words for a telephone number, after which one without its area code is one too: tel, mobilnummer.</summary>
    PhoneWord = 1L << 29,

    /// <summary>A payment card: kort, kortnummer.</summary>
    CardCue = 1L << 30,

    /// <summary>A document that proves an identity: pass, LMA-kort.</summary>
    DocumentCue = 1L << 31,

    /// <summary>A vehicle of another country or of an embassy: norsk, diplomatbil.</summary>
    ForeignCue = 1L << 32,

    /// <summary>What a vehicle does and little else: felparkerad, bärgad.</summary>
    TrafficCue = 1L << 33,

    /// <summary>A unit, before which a number is an amount: km, kronor.</summary>
    Unit = 1L << 34,

    /// <summary>Three letters of a make or model, which stand before a number on any road.</summary>
    Model = 1L << 35,

    /// <summary>The <c>@</c> of an address, as it is said: snabel, at.</summary>
    MailSign = 1L << 36,

    /// <summary>The dot of an address, as it is said: punkt, dot.</summary>
    MailDot = 1L << 37,

    /// <summary>A floor: tr, våning.</summary>
    Floor = 1L << 38,

    /// <summary>A figure as a word: noll, åtta.</summary>
    Figure = 1L << 39,

    /// <summary>Only this form is no name, whatever its stem is: Willys.</summary>
    NoName = 1L << 40,

    /// <summary>A running number follows, which may hold a date: kvitto, diarienr.</summary>
    RunningNumber = 1L << 41,

    /// <summary>Three letters that stand before a number now and then: a currency, a country. With a vehicle near they are a plate's.</summary>
    Acronym = 1L << 42,

    /// <summary>The second part of a compound that is written apart, too: "pers.nr", "id-kort".</summary>
    Tail = 1L << 43,

    /// <summary>What signs along roads and on doors say: stopp, utgång.</summary>
    SignWord = 1L << 44,

    /// <summary>Leads from a plate to what it says: löd, med texten.</summary>
    Saying = 1L << 45,

    /// <summary>Which floor, or how many flights of stairs: tredje, två.</summary>
    Ordinal = 1L << 46,

    /// <summary>Either kind of name.</summary>
    Name = FirstName | LastName,
}
