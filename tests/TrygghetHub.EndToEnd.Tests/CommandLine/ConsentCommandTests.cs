using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.Client;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// Consents and objections by command: of a partner, and of its contact, whose key is on another machine.
public sealed class ConsentCommandTests
{
    private const string Reason = "Vi har inte bett om detta.";

    [Fact]
    public async Task Roles_SetToOthers_SayWhatIsRemovedWhatStaysAndWhatWaits()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var folder = await hub.JoinAsync("polisen", "police");

        var none = await Thub.RunAsync("partner", "roles", "polisen", "--set", "auditor", "--as", hub.OperatorFolder);

        Assert.Equal(ExitCode.Fine, none.ExitCode);
        Assert.Contains("Removed at once: partner-system.", none.Output, StringComparison.Ordinal);
        Assert.Contains("polisen has now: none.", none.Output, StringComparison.Ordinal);
        Assert.Contains("Waits for the consent of polisen: auditor, request ", none.Output, StringComparison.Ordinal);
        Assert.Contains("--set partner-system,auditor", none.Error, StringComparison.Ordinal);

        // The part that is kept stays while the rest waits.
        AssertFails("The id of the request is empty.", await Thub.RunAsync("cert", "consent", "", "--as", folder));
        AssertFails("The id of the request is empty.", await Thub.RunAsync("cert", "object", " ", "--reason", "x", "--as", folder));
        await Thub.RunFineAsync("cert", "consent", await RequestAsync(folder), "--yes", "--as", folder);
        var kept = await Thub.RunFineAsync("partner", "roles", "polisen", "--set", "auditor,coordinator", "--as", hub.OperatorFolder);
        Assert.DoesNotContain("Removed", kept, StringComparison.Ordinal);
        Assert.Contains("polisen has now: auditor.", kept, StringComparison.Ordinal);
        Assert.Contains("Waits for the consent of polisen: coordinator, request ", kept, StringComparison.Ordinal);
        await Thub.RunFineAsync("cert", "object", await RequestAsync(folder), "--reason", Reason, "--as", folder);
        var notices = await Thub.RunFineAsync("cert", "notices", "--as", folder);
        Assert.Contains("an objection refused wider roles (coordinator, auditor) for good", notices, StringComparison.Ordinal);
        Assert.Contains($"by polisen: {Reason}", notices, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contact_OfAPartnerThatLostAll_ObjectsFromItsOwnMachineAndThroughAnotherPartner()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var folder = await hub.JoinAsync("polisen", "police");
        var other = await hub.JoinAsync("bostad-bro", "housing-company");
        var contact = Path.Combine(hub.Directory, "contact.pem");
        await Thub.RunFineAsync("contact", "key", "--function", "Vakthavande IT", "--out", contact);
        await Thub.RunFineAsync(
            "contact", "set", "--function", "Vakthavande IT", "--address", "it@polisen.example", "--cert", contact, "--as", folder);
        await Thub.RunFineAsync(
            "contact", "set", "--function", "Vakthavande IT", "--address", "jour@polisen.example", "--cert", contact, "--as", folder);
        var letters = await Thub.RunFineAsync("cert", "requests", "--as", hub.OperatorFolder);
        Assert.Contains("Vakthavande IT <it@polisen.example> (contact until", letters, StringComparison.Ordinal);
        Assert.Contains("ändrade sina kontakter", letters, StringComparison.Ordinal);
        var status = await Thub.RunAsync("status", "--as", hub.OperatorFolder);
        Assert.Contains("WARN  Contacts of polisen", status.Output, StringComparison.Ordinal);
        await RevokeAsync(hub, folder);
        var thief = await JoinAsync(hub, "thief");
        var request = await RequestAsync(thief);

        // Restricted, and told so: the roles are not what is missing.
        var export = Path.Combine(hub.Directory, "export");
        var left = await Thub.RunAsync("leave", "--out", export, "--reason", "x", "--yes", "--as", thief);
        AssertFails("This certificate may send and confirm weeks, and reads from", left);
        Assert.DoesNotContain("roles", left.Error, StringComparison.Ordinal);

        // Signed elsewhere, and handed in by another partner: both need the name of the request alone.
        var name = "partners/polisen/consentRequests/" + request;
        var document = Path.Combine(hub.Directory, "objection.txt");
        string[] objection = ["cert", "object", name, "--reason", Reason, "--as", other];
        var shown = await Thub.RunAsync([.. objection, "--document", document]);
        Assert.Contains("openssl cms -sign -binary -in objection.txt", shown.Error, StringComparison.Ordinal);
        var signature = Path.Combine(hub.Directory, "contact.cms");
        await SignAsync(document, contact, signature);
        AssertFails(
            "exclude each other", await Thub.RunAsync([.. objection, "--contact", contact, "--contact-signature", signature]));
        AssertFails("reason: SIGNATURE_INVALID", await Thub.RunAsync([.. objection, "--contact-signature", document]));
        await Thub.RunFineAsync([.. objection, "--contact-signature", signature]);
        AssertFails("refuses this certificate", await Thub.RunAsync("whoami", "--as", thief));

        // Signed here.
        var second = await JoinAsync(hub, "second");
        await Thub.RunFineAsync(
            "cert", "object", await RequestAsync(second), "--reason", Reason, "--contact", contact, "--as", second);
        AssertFails("refuses this certificate", await Thub.RunAsync("whoami", "--as", second));

        // And the partner's own, consented to by a signature that was made elsewhere.
        var own = await JoinAsync(hub, "own");
        var bytes = Path.Combine(hub.Directory, "request.bin");
        string[] consent = ["cert", "consent", await RequestAsync(own), "--as", own];
        await Thub.RunFineAsync([.. consent, "--document", bytes]);
        AssertFails("reason: ACCESS_RESTRICTED", await Thub.RunAsync([.. consent, "--yes"]));
        var consented = Path.Combine(hub.Directory, "consent.cms");
        await SignAsync(bytes, contact, consented);
        await Thub.RunFineAsync([.. consent, "--contact-signature", consented, "--yes"]);
        Assert.Contains("by the contact Vakthavande IT", await Thub.RunFineAsync("whoami", "--as", own), StringComparison.Ordinal);
    }

    private static async Task<string> JoinAsync(ServedHub hub, string name)
    {
        var made = await Thub.RunFineAsync("partner", "code", "polisen", "--as", hub.OperatorFolder);
        var code = made.Split('\n').Select(l => l.Trim()).Single(l => l.StartsWith("thj1_", StringComparison.Ordinal));
        var folder = hub.FolderOf(name);
        var joined = await Thub.RunWithInputAsync(
            code, "join", "--hub", hub.OpenUrl.GetLeftPart(UriPartial.Authority), "--code", "-", "--out", folder);
        Assert.True(joined.ExitCode == ExitCode.Fine, joined.ToString());
        return folder;
    }

    private static Task<string> RevokeAsync(ServedHub hub, string folder)
    {
        using var identity = IdentityFolder.Load(folder);
        return Thub.RunFineAsync(
            "cert", "revoke", identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256), "--reason", "Lost.", "--yes", "--as", hub.OperatorFolder);
    }

    // What openssl does on the contact's machine.
    private static async Task SignAsync(string document, string contact, string signature)
    {
        using var key = X509Certificate2.CreateFromPemFile(contact);
        var signed = AgreementSigning.Sign(await File.ReadAllBytesAsync(document, TestContext.Current.CancellationToken), key);
        await File.WriteAllBytesAsync(signature, signed, TestContext.Current.CancellationToken);
    }

    private static async Task<string> RequestAsync(string folder) =>
        JsonDocument.Parse(await Thub.RunFineAsync("cert", "requests", "--as", folder, "--json")).RootElement
            .EnumerateArray().Single().GetProperty("id").GetString()!;

    private static void AssertFails(string why, Thub.Outcome outcome)
    {
        Assert.True(outcome.ExitCode == ExitCode.Failure, outcome.ToString());
        Assert.True(outcome.Error.Contains(why, StringComparison.Ordinal), $"Expected: {why}\n{outcome}");
        Assert.DoesNotContain("This is a fault in thub", outcome.Error, StringComparison.Ordinal);
    }
}
