using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture get</c>: prints a week's picture for people, or keeps it as files.</summary>
internal static class PictureGetCommand
{
    private static readonly IReadOnlyDictionary<string, PictureForm> Forms = new Dictionary<string, PictureForm>
    {
        ["html"] = PictureForm.Html,
        ["pdf"] = PictureForm.Pdf,
        ["csv"] = PictureForm.Csv,
        ["geojson"] = PictureForm.Geojson,
        ["json"] = PictureForm.Json,
        ["protobuf"] = PictureForm.Protobuf,
    };

    public static Command Create()
    {
        var municipality = CallerOptions.Municipality(required: false);
        var week = CallerOptions.InWeek(required: false);
        var revision = new Option<int?>("--revision") { Description = "Revision of the picture. Default: the latest.", HelpName = "N" };
        var delivery = new Option<string?>("--delivery")
        {
            Description = "Name of a picture that was delivered to you, instead of your own picture of a week.",
            HelpName = "NAME",
        };
        var form = new Option<string?>("--format") { Description = "Save the picture in this format.", HelpName = string.Join('|', Forms.Keys) };
        form.AcceptOnlyFromAmong([.. Forms.Keys]);
        var output = new Option<string?>("--out")
        {
            Description = "Output file; for csv, a folder with one file per table. The seal of an approved picture is written beside it, as FILE.seal.",
            HelpName = "FILE",
        };
        var language = new Option<string>("--lang") { Description = "Language of the file. If specified, also the language of the hub's error messages. Default: sv.", HelpName = "sv|en", DefaultValueFactory = _ => "sv" };
        language.AcceptOnlyFromAmong("sv", "en");
        var sheet = new Option<string>("--sheet")
        {
            Description = "week for the whole week, or weekend for a one-page weekend sheet (html and pdf). Default: week.",
            HelpName = "week|weekend",
            DefaultValueFactory = _ => "week",
        };
        sheet.AcceptOnlyFromAmong("week", "weekend");
        var audience = new Option<string?>("--for")
        {
            Description = "Show the picture as another reader would see it: steering, or a partner's id.",
            HelpName = "steering|PARTNER",
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("get", "Print the picture of a week, or save it as a page, tables or a map.")
        {
            municipality, week, revision, delivery, form, output, language, sheet, audience, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (wanted, path) = (parsed.GetValue(form), parsed.GetValue(output));
            if (wanted is null != path is null)
            {
                throw new UsageException(
                    wanted is null ? "--out is given, and no --format." : "--format is given, and no --out.",
                    "Give both: --format html --out week.html");
            }

            if (path is not null && (File.Exists(path) || (wanted == "csv" && Directory.Exists(path))))
            {
                throw new UsageException($"There is {path} already; nothing is overwritten.", "Name another.");
            }

            if (path is not null && wanted is not ("csv" or "html"))
            {
                NewFile.Require(path + ".seal");
            }

            if (parsed.GetValue(delivery) is not null)
            {
                RequireNotGiven(parsed, "A delivery is one picture, as it was sent.", municipality, week, revision, audience);
            }

            if (wanted is null)
            {
                RequireNotGiven(parsed, "What is printed has one language and one sheet.", language, sheet);
            }

            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var picture = parsed.GetValue(delivery) is null
                ? (await client.Pictures.GetPictureAsync(
                    Request(parsed, municipality, week, revision, audience), cancellationToken: cancellation)).Picture
                : null;
            if (wanted is null)
            {
                picture ??= SituationalPicture.Parser.ParseFrom((await client.Deliveries.GetDeliveryAsync(
                    new GetDeliveryRequest { Name = parsed.GetValue(delivery) }, cancellationToken: cancellation)).Delivery.Content);
                if (parsed.GetValue(json))
                {
                    screen.WriteJson(picture);
                }
                else
                {
                    PicturePrinter.Print(screen, picture);
                }

                return ExitCode.Fine;
            }

            var answer = await screen.WorkAsync($"Making {wanted}", async () => await client.Pictures.ExportPictureAsync(
                new ExportPictureRequest
                {
                    Name = parsed.GetValue(delivery) ?? picture!.Name,
                    Form = Forms[wanted],
                    Language = parsed.GetValue(language) == "en" ? PictureLanguage.English : PictureLanguage.Swedish,
                    Sheet = parsed.GetValue(sheet) == "weekend" ? PictureSheet.Weekend : PictureSheet.Week,
                    Audience = picture is null ? null : AudienceOf(parsed.GetValue(audience)),
                },
                cancellationToken: cancellation));
            var written = wanted == "csv"
                ? await WriteFolderAsync(path!, answer.Files, cancellation)
                : await WriteFileAsync(path!, answer.Files.Single(), wanted, cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer.Files.Select(f => new PictureFile { FileName = f.FileName, MediaType = f.MediaType }));
                return ExitCode.Fine;
            }

            written.ForEach(screen.Line);
            screen.Note(answer.Files.All(f => f.Seal.IsEmpty)
                ? "It is a draft, and has no seal: what is approved has one."
                : $"Next: thub picture verify {(wanted == "csv" ? Path.Combine(path!, answer.Files[0].FileName) : path)}");
            return ExitCode.Fine;
        });
    }

    // An option that would do nothing is a misunderstanding, told before its result is taken for what was meant.
    private static void RequireNotGiven(ParseResult parsed, string why, params Option[] options)
    {
        if (options.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
        {
            throw new UsageException($"{given.Name} has no place here. {why}", $"Leave {given.Name} out.");
        }
    }

    private static GetPictureRequest Request(
        ParseResult parsed, Option<string> municipality, Option<string> week, Option<int?> revision, Option<string?> audience)
    {
        if (parsed.GetValue(municipality) is not { } code || parsed.GetValue(week) is not { } text)
        {
            throw new UsageException("Which picture is wanted?", "Give --municipality and --week, or --delivery.");
        }

        var request = new GetPictureRequest
        {
            Municipality = code,
            Week = Week.Parse(text).Wire,
            Audience = AudienceOf(parsed.GetValue(audience)),
        };
        if (parsed.GetValue(revision) is { } wanted)
        {
            request.Revision = wanted;
        }

        return request;
    }

    private static Audience? AudienceOf(string? text) => text switch
    {
        null => null,
        "steering" => new Audience { Kind = AudienceKind.Steering },
        _ => new Audience { Kind = AudienceKind.Partner, Partner = text },
    };

    private static async Task<List<string>> WriteFolderAsync(
        string folder, IReadOnlyList<PictureFile> files, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var written = new List<string>();
        foreach (var file in files)
        {
            written.AddRange(await WriteAsync(Path.Combine(folder, Path.GetFileName(file.FileName)), file, hasSealFile: true, cancellation));
        }

        return written;
    }

    // A page and its seal are one file.
    private static Task<List<string>> WriteFileAsync(
        string path, PictureFile file, string form, CancellationToken cancellation) =>
        WriteAsync(path, file, hasSealFile: form != "html", cancellation);

    private static async Task<List<string>> WriteAsync(
        string path, PictureFile file, bool hasSealFile, CancellationToken cancellation)
    {
        await NewFile.WriteAsync(path, file.Content.ToByteArray(), cancellation);
        if (file.Seal.IsEmpty || !hasSealFile)
        {
            return [$"Wrote {path}"];
        }

        await NewFile.WriteAsync(path + ".seal", file.Seal.ToByteArray(), cancellation);
        return [$"Wrote {path} and {path}.seal"];
    }
}
