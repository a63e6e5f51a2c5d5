using TrygghetHub.Feed.V1;

namespace TrygghetHub.Cli;

/// <summary>Recalls and their answers as people read them.</summary>
internal static class RecallWords
{
    /// <summary>What is recalled, as a noun.</summary>
    public static async Task<string> WhatAsync(Recall recall, HubNames names, CancellationToken cancellation)
    {
        var sender = recall.Sender.Length == 0 ? "" : await names.PartnerAsync(recall.Sender, cancellation);
        if (recall.Report.Length > 0)
        {
            return TextCell.Printable(recall.Report) + (sender.Length > 0 ? $" of {sender}" : "");
        }

        return (sender.Length > 0 ? $"all from {sender}" : "all")
            + (recall.Agreement.Length > 0 ? $" under agreement {TextCell.Printable(recall.Agreement)}" : "");
    }

    /// <summary>Why it is recalled.</summary>
    public static string Why(RecallCause cause) => cause switch
    {
        RecallCause.Withdrawn => "withdrawn by its sender",
        RecallCause.NoLongerShared => "corrected, and not shared any more",
        RecallCause.AgreementEnded => "the agreement has ended",
        RecallCause.SenderLeft => "the sender has left",
        _ => "unknown cause",
    };

    /// <summary>What a recipient has answered, or that it has not.</summary>
    public static string Answer(RecallAnswer answer)
    {
        if (answer.AnswerTime is null)
        {
            return answer.Overdue ? "OVERDUE" : "not answered";
        }

        var given = answer.Outcome switch
        {
            RecallOutcome.Blocked => "blocked",
            RecallOutcome.Deleted => "deleted" + In(answer.DecisionReference),
            RecallOutcome.Kept => "kept" + In(answer.Rule),
            RecallOutcome.NotFound => "did not have it",
            _ => "answered",
        };
        return $"{given}, {Words.Minute(answer.AnswerTime)}";
    }

    private static string In(string reference) => reference.Length == 0 ? "" : $" ({reference})";
}
