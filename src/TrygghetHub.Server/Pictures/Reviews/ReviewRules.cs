using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Reports;
using Wire = TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>What may be done with a picture in which state, and what a request must hold. Pure; refuses by throwing.</summary>
internal static partial class ReviewRules
{
    private const int LongestSentence = 280;
    private const int LongestReason = 200;
    private const int LongestApprover = 100;
    private const int LongestNumber = 40;

    /// <summary>The picture must be in one of some states.</summary>
    /// <exception cref="HubException">PICTURE_STATE: which it is in, and what to do.</exception>
    public static void RequireState(SituationalPicture picture, params ReadOnlySpan<PictureState> states)
    {
        if (states.Contains(picture.State))
        {
            return;
        }

        var later = picture.Review?.SupersededBy ?? 0;
        var (rule, remedy) = picture.State switch
        {
            PictureState.Collecting => (
                "The picture is preliminary: its week goes on, or has not been frozen.",
                "Compile it again after the week's freeze, and review that revision."),
            PictureState.Compiled => ("The review of the picture has not begun.", "Start the review first: thub picture review."),
            PictureState.InReview => (
                "The picture is in review.",
                states.Contains(PictureState.Approved) ? "Approve it first." : "Go on with the review, or approve the picture."),
            PictureState.Superseded => (
                $"Revision {later} has taken the picture's place.", $"Go on with revision {later}, which has its levels and edits."),
            _ => (
                "The picture is approved, and changes no more.",
                "Compile a new revision, and review that: it takes over levels and edits."),
        };
        throw new HubException(ErrorReason.PictureState, "name", rule, remedy);
    }

    /// <summary>An edit that may be made.</summary>
    /// <exception cref="HubException">The text or the reason may not stand, or the picture has no such sentence.</exception>
    public static SentenceEdit RequireEdit(EditSentenceRequest request, SituationalPicture picture, DateTimeOffset now)
    {
        var reason = RequireReason(request.Reason, "reason");
        var (text, english) = (request.Text.Trim(), request.TextEn.Trim());
        var sentence = picture.Sentences.FirstOrDefault(s => s.Id == request.Sentence) ?? throw new HubException(
            ErrorReason.FieldInvalid, "sentence", "The picture has no sentence with this id.",
            "Send the id of one of its sentences; get the picture to see them.");
        if (request.Strike)
        {
            return text.Length + english.Length == 0
                ? new SentenceEdit { Sentence = sentence.Id, Reason = reason, EditTime = now.ToTimestamp() }
                : throw new HubException(
                    ErrorReason.FieldInvalid, "strike", "A sentence that is struck has no text.", "Send either a text or strike.");
        }

        RequireLine(text, "text", LongestSentence, "Write the sentence, or strike it.");
        CleanText.RequireNobody(text, "text");
        if (english.Length > 0)
        {
            RequireLine(english, "text_en", LongestSentence, "Write the sentence, or leave it out.");
            CleanText.RequireNobody(english, "text_en");
        }

        return (SentenceRules.Check(sentence, picture, text) ?? SentenceRules.Check(sentence, picture, english, "text_en")) is { } fault
            ? throw new HubException(fault)
            : new SentenceEdit
            {
                Sentence = sentence.Id,
                Text = text,
                TextEn = english,
                Reason = reason,
                EditTime = now.ToTimestamp(),
            };
    }

    /// <summary>A level that may be decided.</summary>
    /// <exception cref="HubException">
    /// AREA_UNKNOWN, an unknown level, or a reason that is missing where the level is not the one suggested, or may not stand.
    /// </exception>
    public static AreaLevelDecision RequireLevel(
        SetAreaLevelRequest request, SituationalPicture picture, DateTimeOffset now)
    {
        if (ReportRules.RequireKnown(request.Level, Wire.AreaLevel.Unspecified, "level") is { } refusal)
        {
            throw new HubException(refusal);
        }

        // A level is read where the area's figures are: of a place that the picture does not show it would stand nowhere.
        var area = picture.Areas.FirstOrDefault(a => a.Area == request.Area);
        if (area is null && request.Area != picture.Municipality)
        {
            throw new HubException(
                ErrorReason.AreaUnknown, "area", "The picture shows no such area.",
                "Send the code of an area that it shows, such as 0139-bro, or the municipality's own; get the picture to see them.");
        }

        var suggested = area?.SuggestedLevel ?? Wire.AreaLevel.Unspecified;
        var reason = request.Reason.Trim();
        if (reason.Length == 0 && request.Level != suggested)
        {
            throw new HubException(
                ErrorReason.FieldRequired, "reason",
                suggested == Wire.AreaLevel.Unspecified
                    ? "A reason is required: no level is suggested there."
                    : "A reason is required: the level is not the one that is suggested.",
                "Write why, without naming anybody.");
        }

        if (reason.Length > 0)
        {
            reason = RequireReason(reason, "reason");
        }

        return new AreaLevelDecision
        {
            Area = request.Area,
            Level = request.Level,
            Suggested = suggested,
            Reason = reason,
            DecideTime = now.ToTimestamp(),
        };
    }

    /// <summary>What an approval adds to the review.</summary>
    /// <exception cref="HubException">A field is missing or may not stand.</exception>
    /// <param name="request">What was sent.</param>
    /// <param name="picture">What is to be approved.</param>
    /// <param name="agreements">Those that say how far what is in it may go.</param>
    /// <param name="diff">From the revision that was approved before; null where none was.</param>
    /// <param name="now">Of the approval.</param>
    public static Review RequireApproval(
        ApprovePictureRequest request, SituationalPicture picture, AgreementBook agreements, PictureDiff? diff, DateTimeOffset now)
    {
        var approver = request.Approver.Trim();
        RequireLine(approver, "approver", LongestApprover, "Write who approves: a name or a role.");
        CleanText.RequirePerson(approver, "approver");
        if (ReportRules.RequireKnown(request.Tlp, Tlp.Unspecified, "tlp") is { } refusal)
        {
            throw new HubException(refusal);
        }

        RequireHandling(request.Tlp, picture, agreements, now);
        var reason = request.Reason.Trim();
        if (reason.Length == 0 && diff is not null)
        {
            throw new HubException(
                ErrorReason.FieldRequired, "reason", $"A reason is required: revision {diff.FromRevision} was approved before.",
                "Write why there is another, without naming anybody; recipients read it.");
        }

        if (reason.Length > 0)
        {
            reason = RequireReason(reason, "reason");
        }

        return new Review
        {
            Approver = approver,
            ApproveTime = now.ToTimestamp(),
            RegistrationNumber = RequireNumber(request.RegistrationNumber),
            Tlp = request.Tlp,
            RevisionReason = reason,
            Diff = diff,
        };
    }

    /// <summary>A registration number: without one nothing is approved and no draft leaves.</summary>
    /// <remarks>
    /// Of a form of its own, a few letters and a number, in which no text fits and numbers may look like a phone's or a car's; not
    /// like a person's.
    /// </remarks>
    /// <exception cref="HubException">FIELD_REQUIRED, TEXT_TOO_LONG, FIELD_INVALID or REFUSED_PERSONAL_DATA.</exception>
    public static string RequireNumber(string given)
    {
        var number = given.Trim();
        RequireLine(
            number, "registration_number", LongestNumber, "Register it, and send its registration number (diarienummer), such as KS2026/123.");
        if (!RegistrationNumber().IsMatch(number))
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "registration_number",
                "It is a few letters and a number, with spaces or . / : - between them.",
                "Send it as it stands in the register, such as KS2026/123.");
        }

        CleanText.RequireRegistrationNumber(number, "registration_number");
        return number;
    }

    [GeneratedRegex(
        @"\A(?:\p{L}{1,6}[ ./:-]{1,2}){0,2}(?:\p{L}{1,6}[ ./:-]{0,2})?[0-9]+\p{L}?(?:[ ./:-]{1,2}(?:[0-9]+\p{L}?|\p{L}{1,3}))*\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex RegistrationNumber();

    // How wide a picture may go. A recipient reads the marking as leave to share, which the agreements alone can give: what may go on
    // with consent in each case may not go on by a marking.
    private static void RequireHandling(Tlp tlp, SituationalPicture picture, AgreementBook agreements, DateTimeOffset now)
    {
        switch (tlp)
        {
            case Tlp.Red:
                throw new HubException(
                    ErrorReason.FieldInvalid, "tlp", "TLP:RED is for named persons, and a picture goes to partners.",
                    "Send TLP_AMBER_STRICT or a wider one.");
            case Tlp.Clear:
                throw new HubException(
                    ErrorReason.FieldInvalid, "tlp", "TLP:CLEAR is for the public, for which a week's figures are too small.",
                    "Send TLP_AMBER, or TLP_GREEN where the agreements let the picture be shared onward.");
            case Tlp.Green when (picture.Basis?.Agreements ?? []).FirstOrDefault(used => !SharedOnward(used, agreements, now)) is { } used:
                throw new HubException(
                    ErrorReason.FieldInvalid, "tlp",
                    $"Agreement {used.Agreement} ({string.Join(", ", used.Clauses)}) does not let what it shares go freely beyond the "
                        + "recipient's organisation.",
                    "Send TLP_AMBER or TLP_AMBER_STRICT; or agree on free onward sharing, and compile the picture anew.");
        }
    }

    // By the version that permitted it, which must be the one in force: what was agreed on since may be stricter.
    private static bool SharedOnward(PictureAgreement used, AgreementBook agreements, DateTimeOffset now) =>
        agreements.InForce(used.Agreement, now) is { } agreement && agreement.Version == used.Version
        && used.Clauses.All(clause => agreement.Flows.Single(f => f.Clause == clause).OnwardSharing == OnwardSharing.Free);

    private static string RequireReason(string given, string field)
    {
        var reason = given.Trim();
        RequireLine(reason, field, LongestReason, "Write why, without naming anybody.");
        CleanText.RequireNobody(reason, field);
        return reason;
    }

    private static void RequireLine(string text, string field, int longest, string remedy)
    {
        if (text.Length == 0)
        {
            throw new HubException(ErrorReason.FieldRequired, field, "It is required.", remedy);
        }

        if (text.Length > longest)
        {
            throw new HubException(ErrorReason.TextTooLong, field, $"It has at most {longest} characters.", "Shorten it.");
        }

        if (text.Any(char.IsControl))
        {
            throw new HubException(ErrorReason.FieldInvalid, field, "It holds no control characters.", "Write it on one line.");
        }
    }
}
