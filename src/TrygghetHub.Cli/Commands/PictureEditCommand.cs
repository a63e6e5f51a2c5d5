using System.CommandLine;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub picture edit</c>: puts one of a picture's sentences in other words, or strikes it.</summary>
internal static class PictureEditCommand
{
    public static Command Create()
    {
        var sentence = new Option<string>("--sentence")
        {
            Description = "Id of the sentence, as shown by `thub picture review`.",
            HelpName = "ID",
            Required = true,
        };
        var text = new Option<string?>("--text")
        {
            Description = "New sentence in Swedish, at most 280 characters. It must not identify a person, and can only use figures from the sentence's cells.",
            HelpName = "TEXT",
        };
        var english = new Option<string?>("--text-en") { Description = "New sentence in English. Default: the Swedish sentence.", HelpName = "TEXT" };
        var strike = new Option<bool>("--strike") { Description = "Remove the sentence from the picture." };
        var reason = PictureArguments.Reason("Reason, shown only in your own picture.", required: true);
        return PictureArguments.Command(
            "edit", "Rephrase or remove a sentence of the picture. Edits are marked in the picture.",
            [sentence, text, english, strike, reason],
            async (call, cancellation) =>
            {
                var isStruck = call.Parsed.GetValue(strike);
                if (isStruck == call.Parsed.GetValue(text) is not null)
                {
                    throw new UsageException("A sentence is put in other words, or struck.", "Give one of --text TEXT and --strike.");
                }

                var picture = (await call.Client.Reviews.EditSentenceAsync(
                    new EditSentenceRequest
                    {
                        Name = call.Picture.Name,
                        Etag = call.Etag,
                        Sentence = call.Parsed.GetRequiredValue(sentence),
                        Text = call.Parsed.GetValue(text) ?? "",
                        TextEn = call.Parsed.GetValue(english) ?? "",
                        Strike = isStruck,
                        Reason = call.Parsed.GetValue(reason) ?? "",
                    },
                    cancellationToken: cancellation)).Picture;
                if (call.Json)
                {
                    call.Screen.WriteJson(picture);
                    return ExitCode.Fine;
                }

                call.Screen.Line(isStruck
                    ? "Struck. To take it back, give its text again with --text."
                    : "Edited. It is marked as such wherever it is shown.");
                call.Screen.Note(call.Next("review"));
                return ExitCode.Fine;
            });
    }
}
