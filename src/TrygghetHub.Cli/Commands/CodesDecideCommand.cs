using System.CommandLine;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub codes decide</c>: what becomes of published events of a type.</summary>
internal static class CodesDecideCommand
{
    public static Command Create()
    {
        var type = new Argument<string>("TYPE") { Description = "The type, as listed by `thub codes types --held`. Case and spacing do not matter." };
        var category = new Option<string?>("--category") { Description = "Count the events in this category.", HelpName = "CODE" };
        var context = new Option<bool>("--context") { Description = "Keep the events as context, but never count them." };
        var never = new Option<bool>("--never") { Description = "Never accept the events. Events that the hub already has are withdrawn." };
        var undo = new Option<bool>("--undo") { Description = "Revoke an earlier decision. The hub's own list then applies; types that it does not contain are held back." };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command(
            "decide",
            "Decide how the hub handles published events of a type, for all senders (coordinator). "
            + "Events that concern individuals are never accepted, regardless of the decision.")
        {
            type, category, context, never, undo, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            var (code, treatment) = (parsed.GetValue(category), EventTreatment.Unspecified);
            bool[] given = [code is not null, parsed.GetValue(context), parsed.GetValue(never), parsed.GetValue(undo)];
            if (given.Count(g => g) != 1)
            {
                throw new UsageException(
                    given.Any(g => g) ? "More than one decision was given." : "No decision was given.",
                    "Give one of --category CODE, --context, --never and --undo.");
            }

            treatment = code is not null ? EventTreatment.Counted
                : parsed.GetValue(context) ? EventTreatment.Context
                : parsed.GetValue(never) ? EventTreatment.NeverTaken
                : EventTreatment.Unspecified;
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Codes.DecideEventTypeAsync(
                new DecideEventTypeRequest { TakeBack = parsed.GetValue(undo), Type = parsed.GetRequiredValue(type), Treatment = treatment, Category = code ?? "" },
                cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            screen.Line(
                $"{TextCell.Printable(parsed.GetRequiredValue(type))}: {CodesTypesCommand.Of(answer.Type)}{(answer.Changed ? "" : ", as before")}.");
            if (answer.Withdrawn + answer.Discarded > 0)
            {
                screen.Line(
                    $"Reports withdrawn: {Screen.Figure(answer.Withdrawn)}. Discarded from quarantine: {Screen.Figure(answer.Discarded)}.");
            }
            else if (answer.Changed && answer.Type is not { Treatment: EventTreatment.NeverTaken })
            {
                screen.Note(
                    answer.Type is null
                        ? "What was withdrawn comes back when the type is decided and its senders send it again."
                        : "What was held back or withdrawn comes when its senders send it again; thub connect polisen does so by itself.");
            }

            return ExitCode.Fine;
        });
    }
}
