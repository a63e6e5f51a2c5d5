using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture verify</c>: verifies a file of a picture by the hub's seal; calls nobody.</summary>
internal static class PictureVerifyCommand
{
    private const long LargestFile = 64 * 1024 * 1024;
    private const long LargestSeal = 64 * 1024;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A page or another file of an approved or delivered picture." };
        var seal = new Option<string?>("--seal")
        {
            Description = "File with the seal, if FILE does not contain it. Default: FILE.seal.",
            HelpName = "FILE",
        };
        var root = CallerOptions.Root();
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("verify", "Verify offline, with the hub's seal, that a file of a picture is unaltered.")
        {
            file, seal, root, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var path = parsed.GetRequiredValue(file);
            var bytes = await BytesAsync(path, LargestFile, cancellation);
            var roots = CallerOptions.Roots(parsed.GetValue(root) ?? Path.Combine(parsed.Directory(caller), "ca.crt"));
            var isPage = PictureVerification.IsSealedPage(bytes);
            if (isPage && parsed.GetValue(seal) is not null)
            {
                throw new UsageException($"{path} is a page that holds its own seal.", "Leave --seal out.");
            }

            var verified = isPage
                ? PictureVerification.VerifyPage(bytes, roots)
                : PictureVerification.Verify(bytes, await SealAsync(parsed.GetValue(seal), path, cancellation), roots);
            if (parsed.GetValue(json))
            {
                screen.Line(new JsonObject
                {
                    ["holds"] = verified.Holds,
                    ["contentSha256"] = verified.ContentSha256,
                    ["sealTime"] = verified.SealTime?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? "",
                    ["subject"] = verified.Subject ?? "",
                    ["picture"] = verified.Picture?.Name ?? "",
                    ["state"] = verified.Picture is { } held ? PicturePrinter.State(held) : "",
                    ["reader"] = verified.Picture is { } read ? Reader(read) : "",
                    ["fault"] = verified.Fault ?? "",
                }.ToJsonString(Screen.IndentedJson));
                return verified.Holds ? ExitCode.Fine : ExitCode.Failure;
            }

            if (verified.Picture is { } picture)
            {
                screen.Line($"{TextCell.Printable(picture.MunicipalityName)} {Week.Of(picture.Week)}  ({TextCell.Printable(picture.Name)})");
                screen.Line($"{State(picture)}, for {TextCell.Printable(Reader(picture))}");
            }

            if (isPage && verified is { Holds: true, Picture: null })
            {
                screen.Line("A sheet that shows a part of its picture, which is not in it: state and reader are what the sheet says.");
            }

            screen.Line($"SHA-256: {verified.ContentSha256}");
            screen.Line(verified is { Holds: true, SealTime: { } at }
                ? $"HOLDS: the hub sealed exactly these bytes {Words.Time(Timestamp.FromDateTimeOffset(at))}."
                : $"DOES NOT HOLD: do not rely on {path}. {verified.Fault}");
            return verified.Holds ? ExitCode.Fine : ExitCode.Failure;
        });
    }

    // A seal says that the hub wrote it, not that anybody has approved it.
    private static string State(SituationalPicture picture) =>
        picture.State is PictureState.Approved or PictureState.Distributed or PictureState.Superseded
            ? PicturePrinter.State(picture)
            : $"DRAFT, approved by nobody ({PicturePrinter.State(picture)})";

    private static string Reader(SituationalPicture picture) => picture.Audience?.Kind switch
    {
        AudienceKind.Full => $"{picture.Compiler}, which compiled it",
        AudienceKind.Partner => picture.Audience.Partner,
        AudienceKind.Steering => "the steering group",
        _ => "a reader that is not known",
    };

    private static async Task<byte[]> SealAsync(string? named, string path, CancellationToken cancellation)
    {
        if (named is null && !File.Exists(path + ".seal"))
        {
            throw new UsageException(
                $"{path} holds no seal, and there is no {path}.seal.",
                "Name it with --seal. A draft has none; a page loses it when it is saved from a browser.");
        }

        return await BytesAsync(named ?? path + ".seal", LargestSeal, cancellation);
    }

    private static async Task<byte[]> BytesAsync(string path, long largest, CancellationToken cancellation)
    {
        var file = new FileInfo(path);
        return !file.Exists ? throw new UsageException($"There is no file {path}.", "Check the path.")
            : file.Length > largest ? throw new UsageException($"{path} is too large for what it should be.", "Check the path.")
            : await File.ReadAllBytesAsync(path, cancellation);
    }
}
