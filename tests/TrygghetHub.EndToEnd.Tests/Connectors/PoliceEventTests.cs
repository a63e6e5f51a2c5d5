using System.Text;
using TrygghetHub.Cli.Connectors.Polisen;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

public class PoliceEventTests
{
    private const string Whole =
        """{"datetime": "2024-05-01 9:48:12 +02:00", "id": 5, """
        + """ "location": {"gps": "65.5,22.1", "name": "Luleå"}, """
        + """ "name": "01 maj 09.30, Lagen om hundar och katter , Luleå", "summary": "Lösa hundar", """
        + """ "type": "Lagen om hundar och katter ", "url": "/a/"}""";

    private static PoliceEvent Parse(string line) =>
        PoliceEvent.TryParse(Encoding.UTF8.GetBytes(line), out var police, out var problem)
            ? police
            : throw new InvalidDataException(problem);

    [Fact]
    public void Event_OfAWholeLine_KeepsItsTextsAsTheyStand()
    {
        var police = Parse(Whole);

        Assert.Equal(5, police.Id);
        Assert.Equal("Lagen om hundar och katter ", police.Type);
        Assert.Equal(new DateTimeOffset(2024, 5, 1, 9, 48, 12, TimeSpan.FromHours(2)), police.Published);
        Assert.Equal("Luleå", police.LocationName);
    }

    [Fact]
    public void Version_WithAnotherUrl_IsTheSame() =>
        Assert.Equal(Parse(Whole).Version, Parse(Whole.Replace("/a/", "/b/", StringComparison.Ordinal)).Version);

    [Theory]
    [InlineData("katter \", \"url", "katter\", \"url")]
    [InlineData("9:48:12", "9:48:13")]
    [InlineData("09.30", "09:30")]
    [InlineData("\"Luleå\"", "\"Boden\"")]
    [InlineData("65.5,", "65.6,")]
    [InlineData("Lösa", "Lös")]
    public void Version_WithAnotherText_IsAnother(string text, string other)
    {
        var changed = Whole.Replace(text, other, StringComparison.Ordinal);

        Assert.NotEqual(Whole, changed);
        Assert.NotEqual(Parse(Whole).Version, Parse(changed).Version);
        Assert.Equal(RevisionPlan.DigestLength, Parse(changed).Version.Length);
    }

    [Theory]
    [InlineData("", "it breaks at byte")]
    [InlineData("{\"id\": 5", "it breaks at byte")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{}", "`id` is missing")]
    [InlineData("{\"id\": \"5\"}", "`id` is not a whole number")]
    [InlineData("{\"id\": 5.5}", "`id` is not a whole number")]
    [InlineData("{\"id\": 5, \"type\": \" \"}", "`type` is empty")]
    [InlineData("{\"id\": 5, \"type\": 7}", "`type` is not a text")]
    [InlineData("{\"id\": 5, \"type\": \"\\ud800\"}", "not valid UTF-8")]
    [InlineData("{\"id\": 5, \"type\": \"Brand\", \"datetime\": \"2024-05-01\"}", "`datetime` is not of the form")]
    public void Event_OfABrokenLine_SaysWhatIsWrong(string line, string problem)
    {
        Assert.False(PoliceEvent.TryParse(Encoding.UTF8.GetBytes(line), out _, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void File_WithBrokenEmptyAndEndlessLines_LosesThoseAlone()
    {
        var bytes = new List<byte>();
        bytes.AddRange("\uFEFF"u8);
        bytes.AddRange(Encoding.UTF8.GetBytes(Whole + "\r\n\n"));
        bytes.AddRange("{\"id\": 1, \"type\": \""u8);
        bytes.Add(0xE5); // å in Latin-1
        bytes.AddRange("\"}\n"u8);
        bytes.AddRange(Enumerable.Repeat((byte)'x', 700_000));
        bytes.Add((byte)'\n');
        bytes.AddRange(Encoding.UTF8.GetBytes(Whole));

        var lines = PoliceFeedFile.Read(new MemoryStream([.. bytes])).ToList();

        Assert.Equal([1, 3, 4, 5], lines.Select(l => l.Number));
        Assert.Equal([true, false, false, true], lines.Select(l => l.Event is not null));
        Assert.StartsWith("column 20 (byte ", lines[1].Problem, StringComparison.Ordinal);
        Assert.EndsWith("the byte 0xE5 is not UTF-8. Save the file as UTF-8.", lines[1].Problem, StringComparison.Ordinal);
        Assert.Contains("longer than", lines[2].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Array_WithAnElementInAnotherEncoding_LosesThatAlone()
    {
        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes("\uFEFF[" + Whole + ",\n{\"id\": 1, \"type\": \"R"), 0xE5, .. "n\"},"u8, .. Encoding.UTF8.GetBytes(Whole + "]"),
        ];

        var lines = PoliceFeedFile.Read(new MemoryStream(bytes)).ToList();

        Assert.Equal([true, false, true], lines.Select(l => l.Event is not null));
        Assert.Equal($"byte {Array.IndexOf(bytes, (byte)0xE5)}: the byte 0xE5 is not UTF-8. Save the file as UTF-8.", lines[1].Problem);
    }

    [Theory]
    [InlineData("\\ufffd", "U+FFFD")]
    [InlineData("Skadeg\\u00c3\\u00b6relse", "read as windows-1252")]
    public void Event_WithATextThatWasDamagedAtItsSource_IsBroken(string type, string problem)
    {
        Assert.False(PoliceEvent.TryParse(Encoding.UTF8.GetBytes($$"""{"id": 5, "type": "{{type}}"}"""), out _, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void File_InUtf16_IsRead() => Assert.NotNull(Assert.Single(
        PoliceFeedFile.Read(new MemoryStream([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("[" + Whole + "]")]))).Event);
}
