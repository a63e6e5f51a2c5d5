using System.Text;
using CsCheck;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// A text is read as it was written, or refused with the place of the first byte that says otherwise.
public sealed class TextFileTests : IDisposable
{
    private const string Swedish = "{\"t\": \"Åsa Öberg såg älgen på Råbyvägen – ”två” 5 °C, 30 €\"}\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trygghethub-text-");

    public static TheoryData<string, bool> Marked => new()
    {
        { "utf-8", false }, { "utf-8", true }, { "utf-16", true }, { "utf-16BE", true }, { "utf-32", true }, { "utf-32BE", true },
        { "utf-16", false }, { "utf-16BE", false },
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Marked))]
    public void Text_WithAMarkOrInUtf16_IsReadAsUtf8(string encodingName, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(encodingName);
        byte[] content = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Swedish)];

        Assert.Equal(Swedish, Encoding.UTF8.GetString(TextFile.Read("fil.json", content)));
        Assert.Equal(Swedish.TrimEnd('\n'), Encoding.UTF8.GetString(Assert.Single(Lines(content)).Utf8));
    }

    [Theory]
    [InlineData("åäö ÅÄÖ éÉ üÜ ø æ Ø Æ ß ñ")]
    [InlineData("kategori ”Ä” och ”Å”… då…”, gå”… på–")]
    [InlineData("São Tomé, MAÇÃ, CONCEIÇÃO, Ângela, PÂQUES, château, âge")]
    [InlineData("12 °C, 5 m², § 3, ½ kg, 10 µg, ×, ÷, «nej», kaféet ’n’ –")]
    [InlineData("Łódź Þór Çağlar Šárka Dušan Αθήνα Москва 中文 😀")]
    [InlineData("e\u0301 a\u030A rad 1\r\nrad\t2\u00A0\u00AD")]
    public void Text_ThatPeopleWrite_IsTaken(string text) =>
        Assert.Equal(text, Encoding.UTF8.GetString(TextFile.Read("fil.json", Encoding.UTF8.GetBytes(text))));

    [Theory]
    [InlineData("Ã…sa Ã–berg", "read as windows-1252")]
    [InlineData("Ã\u0085sa Ã\u0096berg", "read as windows-1252")]
    [InlineData("sÃ¥g Ã¤lgen", "read as windows-1252")]
    [InlineData("5 Â°C", "read as windows-1252")]
    [InlineData("â€œtvÃ¥â€\u009D", "read as windows-1252")]
    [InlineData("kl 20 â€“ 22", "read as windows-1252")]
    [InlineData("ï»¿{", "read as windows-1252")]
    [InlineData("ï¿½sa", "read as windows-1252")]
    [InlineData("ðŸ˜€", "read as windows-1252")]
    [InlineData("\uFFFDsa", "U+FFFD")]
    [InlineData("\u0093två\u0094", "U+0093")]
    [InlineData("a\0b", "NUL")]
    public void Text_ThatWasDamagedBefore_IsRefusedWithItsPlace(string text, string what)
    {
        var thrown = Assert.Throws<UsageException>(() => TextFile.Read("fil.json", Encoding.UTF8.GetBytes("{\n  å" + text)));

        Assert.Contains(what, thrown.Message, StringComparison.Ordinal);
        Assert.StartsWith("fil.json, line 2, column ", thrown.Message, StringComparison.Ordinal);
        Assert.NotEqual("", thrown.Remedy);
        Assert.NotNull(TextDamage.Find("å" + text));
    }

    [Fact]
    public void Text_WithAByteOfAnotherEncodingAnywhere_IsRefusedAtThatVeryByte() => Gen
        .Select(Gen.Int[0, 200_000], Gen.OneOf((byte)0xC5, (byte)0xE5, (byte)0xF6, (byte)0x80, (byte)0xFF, (byte)0xC0), Gen.Int[0, 40])
        .Sample(
            (at, bad, after) =>
            {
                // Lines of different lengths, so that the place falls everywhere between two pieces.
                var before = string.Concat(Enumerable.Repeat("{\"t\": \"rad på väg\"}\n", 1 + at / 21))[..(at * 19 / 21)];
                byte[] content = [.. Encoding.UTF8.GetBytes(before), bad, (byte)'k', .. Encoding.ASCII.GetBytes(new string('x', after))];

                var thrown = Assert.Throws<UsageException>(() => TextFile.Read("fil.json", content));

                var line = before.Count(c => c == '\n') + 1;
                var column = before.Length - before.LastIndexOf('\n');
                Assert.Equal(
                    $"fil.json, line {line}, column {column} (byte {Encoding.UTF8.GetByteCount(before)}): the byte 0x{bad:X2} is not UTF-8.",
                    thrown.Message);
            },
            iter: 100, threads: 1);

    [Fact]
    public void Text_OfAnyCharactersAndLength_IsReadWhole() => Gen
        .Select(Gen.OneOf("a", "å", "Ö", "”", "€", "中", "😀", "\n", "\r\n"), Gen.Int[0, 70_000], Gen.Bool)
        .Sample(
            (character, count, hasMark) =>
            {
                var text = "å" + string.Concat(Enumerable.Repeat(character, count)) + "ö";
                byte[] content = [.. hasMark ? Encoding.UTF8.GetPreamble() : [], .. Encoding.UTF8.GetBytes(text)];

                Assert.Equal(text, Encoding.UTF8.GetString(TextFile.Read("fil.json", content)));
            },
            iter: 50, threads: 1);

    [Theory]
    [InlineData("Åsa Öberg", "but the text is UTF-8")]
    [InlineData("Łódź", "but the text is UTF-8")]
    [InlineData("”två” 30 €", "but the text is UTF-8")]
    public void Text_DeclaredWindows1252ThatIsUtf8_IsRefused(string text, string what)
    {
        var thrown = Assert.Throws<UsageException>(() => TextFile.Read("fel.csv", Encoding.UTF8.GetBytes("Nr;Text\n1;" + text), TextEncoding.Windows1252));

        Assert.Contains("fel.csv, line 2, column ", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(what, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Declare UTF-8", thrown.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_DeclaredWindows1252WithARowInUtf8_IsRefusedAtThatRow()
    {
        byte[] content = [.. Encoding.Latin1.GetBytes("Nr;Text\n1;Råby\n2;"), .. Encoding.UTF8.GetBytes("Råby\n")];

        Assert.Contains(
            "fel.csv, line 3, column 4 (byte 18): windows-1252 was declared, but the text is UTF-8.",
            Assert.Throws<UsageException>(() => TextFile.Read("fel.csv", content, TextEncoding.Windows1252)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x81)]
    [InlineData(0x8D)]
    [InlineData(0x8F)]
    [InlineData(0x90)]
    [InlineData(0x9D)]
    public void Text_DeclaredWindows1252WithAByteThatItDoesNotHave_IsRefused(byte undefined) => Assert.Equal(
        $"fel.csv, line 2, column 3 (byte 4): windows-1252 was declared, and does not define the byte 0x{undefined:X2}.",
        Assert.Throws<UsageException>(() => TextFile.Read(
            "fel.csv", new byte[] { (byte)'N', (byte)'\n', (byte)'1', (byte)';', undefined }, TextEncoding.Windows1252)).Message);

    [Theory]
    [InlineData("R\u0086by")] // code page 850: å
    [InlineData("v\u0084g")] // code page 850: ä
    [InlineData("R\u008Cby")] // Mac Roman: å
    [InlineData("v\u008Ag")] // Mac Roman: ä
    public void Text_DeclaredWindows1252OfAnotherSystem_IsRefused(string latin1) => Assert.Contains(
        "is a letter of code page 850 or Mac Roman",
        Assert.Throws<UsageException>(() => TextFile.Read("fel.csv", Encoding.Latin1.GetBytes(latin1), TextEncoding.Windows1252)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Text_InWindows1252_IsReadWhole()
    {
        const string text = "Nr;Text\n1;Åsa såg ”två” – 30 € … †  Šárka\n";
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text);

        Assert.Equal(text, Encoding.UTF8.GetString(TextFile.Read("fel.csv", bytes, TextEncoding.Windows1252)));
    }

    [Theory]
    [InlineData("\0\0\0\0")]
    [InlineData("\u001A")]
    [InlineData("\u001A\0\0")]
    public void Text_FilledUpAtItsEnd_IsReadWithoutTheFilling(string filling)
    {
        var text = "Nr;Text\n1;Råby\n";
        foreach (var fillings in (int[])[1, 300_000])
        {
            var content = Encoding.UTF8.GetBytes(text + string.Concat(Enumerable.Repeat(filling, fillings)));
            Assert.Equal(text, Encoding.UTF8.GetString(TextFile.Read("fel.csv", content)));
            Assert.Equal(2, Lines(content[..(text.Length + filling.Length + 1)]).Count);
        }
    }

    [Fact]
    public void Lines_OneOfThemInAnotherEncoding_LoseThatOneAlone()
    {
        byte[] content =
        [
            .. "\uFEFF{\"t\":\"Ring 070-174 06 05\"}\r\n\r\n{\"t\":\""u8, 0xFF, .. "\"}\r\n{\"t\":\"ok 850412-2386\"}"u8,
        ];

        var lines = Lines(content);

        Assert.Equal([1, 3, 4], lines.Select(l => l.Number));
        Assert.Equal([true, false, true], lines.Select(l => l.Fault is null));
        Assert.Equal($"column 7 (byte {Array.IndexOf(content, (byte)0xFF)})", lines[1].Fault!.InLine);
    }

    [Fact]
    public void Lines_OfALargeFile_AreHeldOneAtATime()
    {
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Swedish, 50_000)));
        using var stream = new MemoryStream(content);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(50_000, TextFile.Lines(stream, 1024).Count(l => l.Fault is null));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Theory]
    [InlineData("[\n{\"incident\": {\"report\": {\"summary\": \"\\ufffdsa\"}}}]", "line 2")]
    [InlineData("[\n{\"incident\": {\"report\": {\"summary\": \"\\u00c3\\u0085sa\"}}}]", "line 2")]
    [InlineData("[\n{\"incident\": {\"report\": {\"summary\": \"a\\ud800b\"}}}]", "half of a surrogate pair")]
    public void Json_WithAnEscapeThatIsALostCharacter_IsRefusedByLine(string json, string what) => Assert.Contains(
        what, Assert.Throws<UsageException>(() => ProtoJson.Of("fil.json", Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    // The byte of a name in windows-1252 hid the name from the screening: "?ke Berglund" is none.
    [Theory]
    [InlineData(new byte[] { 0xC5, (byte)'k', (byte)'e' }, "line 1: column 7 (byte 6): the byte 0xC5 is not UTF-8.")]
    [InlineData(new byte[] { (byte)'B', (byte)'j', 0xF6, (byte)'r', (byte)'n' }, "line 1: column 9 (byte 8): the byte 0xF6 is not UTF-8.")]
    public async Task Screen_OfAFileInWindows1252_FailsWithThePlace(byte[] name, string told)
    {
        var outcome = await Thub.RunAsync("screen", Write("namn.ndjson", [.. "{\"t\":\""u8, .. name, .. " Berglund\"}\n"u8]));

        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        Assert.Contains(told, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Screen_OfOneLineInAnotherEncoding_ScreensTheOthersAndDoesNotExitWithZero()
    {
        var outcome = await Thub.RunAsync("screen", Write(
            "rader.ndjson", [.. "\uFEFF{\"t\":\"lugnt\"}\r\n{\"t\":\""u8, 0xFF, .. "\"}\r\n{\"t\":\"\\ufffdke\"}\r\n{\"t\":\"tyst\"}"u8]));

        Assert.Equal(ExitCode.Warnings, outcome.ExitCode);
        Assert.Contains("line 2: column 7 (byte 24): the byte 0xFF is not UTF-8. Skipped.", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("line 3: t: U+FFFD stands here", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("3 texts screened", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("2 lines could not be read.", outcome.Output, StringComparison.Ordinal);
    }

    private static List<(int Number, byte[] Utf8, TextFault? Fault)> Lines(byte[] content) =>
        [.. TextFile.Lines(new MemoryStream(content), 1024).Select(l => (l.Number, l.Utf8.ToArray(), l.Fault))];

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
