using System.CommandLine;
using System.Globalization;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary>What the commands about a picture's review share: which picture, and in which state it is meant.</summary>
internal sealed class PictureArguments
{
    private readonly Option<string> municipality = CallerOptions.Municipality();
    private readonly Option<string> week = CallerOptions.InWeek();
    private readonly Option<int?> revision = new("--revision") { Description = "Revision of the picture. Default: the latest.", HelpName = "N" };
    private readonly Option<string?> etag = new("--etag")
    {
        Description = "Proceed only if the picture still has this etag. Default: the current etag.",
        HelpName = "ETAG",
    };

    private readonly Option<string> caller = CallerOptions.As();
    private readonly Option<bool> json = CallerOptions.Json();

    /// <summary>A reason that stays with the compiler.</summary>
    public static Option<string?> Reason(string why, bool required = false) => new("--reason")
    {
        Description = why + " At most 200 characters. Must not identify a person.",
        HelpName = "TEXT",
        Required = required,
    };

    /// <summary>A new <c>--number</c>.</summary>
    public static Option<string> Number(string ofWhat) => new("--number")
    {
        Description = $"Registration number (diarienummer) of the {ofWhat}, such as KS2026/123.",
        HelpName = "NUMBER",
        Required = true,
    };

    /// <summary>Recipients, each with a <c>--to</c> of its own.</summary>
    public static Option<string[]> To(string description, bool required) => new("--to")
    {
        Description = description + " Can be specified more than once.",
        HelpName = "ID",
        Required = required,
    };

    /// <summary>Makes a command that acts on one picture of the caller's.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="options">Its own options, which stand before those that all share.</param>
    /// <param name="act">Acts; given the picture as it is, and the etag to send.</param>
    public static Command Command(
        string name, string description, IEnumerable<Option> options,
        Func<PictureCall, CancellationToken, Task<int>> act)
    {
        var shared = new PictureArguments();
        var command = new Command(name, description);
        foreach (var option in (IEnumerable<Option>)[shared.municipality, shared.week, shared.revision, .. options, shared.etag, shared.caller, shared.json])
        {
            command.Options.Add(option);
        }

        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var identity = parsed.Identity(shared.caller);
            using var client = HubClient.Connect(identity);
            var request = new GetPictureRequest
            {
                Municipality = parsed.GetRequiredValue(shared.municipality),
                Week = Week.Parse(parsed.GetRequiredValue(shared.week)).Wire,
            };
            if (parsed.GetValue(shared.revision) is { } wanted)
            {
                request.Revision = wanted;
            }

            var picture = (await client.Pictures.GetPictureAsync(request, cancellationToken: cancellation)).Picture;
            return await act(
                new PictureCall(
                    parsed, screen, client, picture, parsed.GetValue(shared.etag) ?? picture.Etag, parsed.GetValue(shared.json)),
                cancellation);
        });
    }
}

/// <summary>A command on one picture, about to be done.</summary>
/// <param name="Parsed">The command's options.</param>
/// <param name="Screen">Where to write.</param>
/// <param name="Client">The way to the hub.</param>
/// <param name="Picture">As it is now.</param>
/// <param name="Etag">To send.</param>
/// <param name="Json">Whether protobuf JSON is wanted.</param>
internal sealed record PictureCall(
    ParseResult Parsed, Screen Screen, HubClient Client, SituationalPicture Picture, string Etag, bool Json)
{
    /// <summary>A further command on the same picture, to be suggested.</summary>
    public string Next(string verb, string options = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"Next: thub picture {verb} --municipality {Picture.Municipality} --week {Week.Of(Picture.Week)}{(options.Length > 0 ? " " + options : "")}");

    /// <summary>Asks for the picture's week; see <see cref="Confirmation.Require"/>.</summary>
    public void RequireConfirmed(Option<bool> yes, string what) =>
        Confirmation.Require(Screen, Parsed.GetValue(yes), Week.Of(Picture.Week).ToString(), what);
}
