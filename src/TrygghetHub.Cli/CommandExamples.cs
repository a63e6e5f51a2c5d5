namespace TrygghetHub.Cli;

/// <summary>How each command is used, as its help shows it. A test parses every line.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<string, string[]> ByCommand = new(StringComparer.Ordinal)
    {
        ["thub demo"] = ["demo", "demo --keep --data demo-data"],
        ["thub init"] = ["init trial", "init trial --agreement my-agreement.json --kind skolan=school"],
        ["thub serve"] =
        [
            "serve --data hub-data",
            "serve --data hub-data --url https://0.0.0.0:5443 --settings hub.json --key-file hub.key",
            "serve --sandbox --data trial/hub",
        ],
        ["thub join"] =
        [
            "join --hub https://hub.example.se:5444 --code - --out ids/polisen",
        ],
        ["thub use"] = ["use ids/polisen", "use", "use --none"],
        ["thub completion"] = ["completion bash"],
        ["thub whoami"] = ["whoami --as ids/polisen", "whoami --as ids/polisen --key-passphrase-file polisen.passphrase", "whoami --json"],
        ["thub doctor"] = ["doctor --as ids/polisen"],
        ["thub status"] = ["status --as hub-data/operator", "status --json"],
        ["thub send"] = ["send samples/incident.json --as ids/polisen", "send reports.json --screen-first"],
        ["thub preview"] = ["preview samples/incident.json --as ids/polisen"],
        ["thub screen"] = ["screen texts.ndjson"],
        ["thub report list"] = ["report list --as ids/polisen", "report list --week 2026-W47 --area 0139-bro"],
        ["thub report show"] = ["report show sample-incident-1 --as ids/polisen"],
        ["thub withdraw"] = ["withdraw sample-incident-1 --reason mistaken --as ids/polisen"],
        ["thub quarantine list"] = ["quarantine list --as ids/polisen"],
        ["thub quarantine show"] = ["quarantine show partners/polisen/quarantine/ID --as ids/polisen"],
        ["thub quarantine confirm"] = ["quarantine confirm partners/polisen/quarantine/ID --reason \"A number of the lamp post\" --as ids/polisen"],
        ["thub quarantine discard"] = ["quarantine discard partners/polisen/quarantine/ID --as ids/polisen"],
        ["thub connect polisen"] =
        [
            "connect polisen --file events.ndjson --as ids/polisen",
            "connect polisen --url https://polisen.se/api/events --every 10 --as ids/polisen",
        ],
        ["thub connect open311"] =
        [
            "connect open311 --url https://felanmalan.example.se/open311/v2 --map open311.json --from 2026-01-01 --as ids/kommunen",
        ],
        ["thub connect csv"] =
        [
            "connect csv export.csv --map map.json --as ids/bostad-bro --dry-run",
            "connect csv export.csv --map map.json --as ids/bostad-bro",
        ],
        ["thub codes categories"] = ["codes categories"],
        ["thub codes list"] = ["codes list --as ids/bostad-bro"],
        ["thub codes unmapped"] = ["codes unmapped --as ids/bostad-bro"],
        ["thub codes import"] = ["codes import codes.csv --as ids/bostad-bro"],
        ["thub codes reclassify"] = ["codes reclassify --as ids/bostad-bro"],
        ["thub codes types"] = ["codes types --as ids/upplands-bro"],
        ["thub codes decide"] = ["codes decide \"Olaga hot\" --category threat --as ids/upplands-bro"],
        ["thub week list"] = ["week list --as ids/polisen"],
        ["thub week confirm"] = ["week confirm --municipality 0139 --week 2026-W47 --as ids/polisen"],
        ["thub picture compile"] =
        [
            "picture compile --municipality 0139 --week 2026-W47 --as ids/upplands-bro",
            "picture compile --municipality 0139 --from 2026-W10 --to 2026-W19 --dry-run",
        ],
        ["thub picture get"] =
        [
            "picture get --municipality 0139 --week 2026-W47 --as ids/upplands-bro",
            "picture get --municipality 0139 --week 2026-W47 --format html --out week.html",
            "picture get --municipality 0139 --week 2026-W47 --for bostad-bro",
        ],
        ["thub picture list"] = ["picture list --as ids/upplands-bro"],
        ["thub picture review"] = ["picture review --municipality 0139 --week 2026-W47"],
        ["thub picture edit"] = ["picture edit --municipality 0139 --week 2026-W47 --sentence 2 --text \"Lugnt vid Bro station.\" --reason Tydligare"],
        ["thub picture level"] = ["picture level --municipality 0139 --week 2026-W47 --area 0139-bro --level normal"],
        ["thub picture dispatch"] = ["picture dispatch --municipality 0139 --week 2026-W47 --number KS2026/123 --to polisen --to bostad-bro"],
        ["thub picture approve"] = ["picture approve --municipality 0139 --week 2026-W47 --approver Trygghetschefen --number KS2026/117"],
        ["thub picture distribute"] = ["picture distribute --municipality 0139 --week 2026-W47"],
        ["thub picture deliveries"] = ["picture deliveries --as ids/polisen"],
        ["thub picture receive"] = ["picture receive DELIVERY --out week.picture --as ids/polisen"],
        ["thub picture verify"] = ["picture verify week.html --root ids/polisen/ca.crt"],
        ["thub links list"] = ["links list --municipality 0139 --week 2026-W46 --as ids/upplands-bro"],
        ["thub links confirm"] = ["links confirm REPORT OTHER --as ids/upplands-bro"],
        ["thub links reject"] = ["links reject REPORT OTHER --as ids/upplands-bro"],
        ["thub links reopen"] = ["links reopen REPORT OTHER --as ids/upplands-bro"],
        ["thub area list"] = ["area list --as ids/polisen"],
        ["thub area find"] = ["area find 59.48 17.75", "area find \"Bro station\""],
        ["thub area import"] =
        [
            "area import districts.geojson --level district --parent 0139 --dry-run --as hub-data/operator",
            "area import districts.geojson --level district --parent 0139 --close-missing --as hub-data/operator",
        ],
        ["thub area reopen"] = ["area reopen 0139-bro --as hub-data/operator"],
        ["thub feed"] =
        [
            "feed --as ids/upplands-bro",
            "feed --follow --cursor situation-room --as ids/upplands-bro",
            "feed --exercise --as ids/upplands-bro",
        ],
        ["thub feed cursors list"] = ["feed cursors list --as ids/upplands-bro"],
        ["thub feed cursors delete"] = ["feed cursors delete situation-room --as ids/upplands-bro"],
        ["thub recall list"] = ["recall list --as ids/upplands-bro", "recall list --ordered --as ids/polisen"],
        ["thub recall answer"] = ["recall answer RECALL --deleted --decision KS2026/130 --as ids/upplands-bro"],
        ["thub agreement list"] = ["agreement list --as ids/polisen"],
        ["thub agreement show"] = ["agreement show upplands-bro --as ids/polisen"],
        ["thub agreement draft"] = ["agreement draft samples/agreement.json --as hub-data/operator"],
        ["thub agreement propose"] = ["agreement propose upplands-bro --as hub-data/operator"],
        ["thub agreement sign"] = ["agreement sign upplands-bro --as ids/polisen"],
        ["thub agreement suspend"] = ["agreement suspend upplands-bro --reason \"A leak is investigated\" --as ids/polisen"],
        ["thub agreement resume"] = ["agreement resume upplands-bro --as ids/polisen"],
        ["thub agreement terminate"] = ["agreement terminate upplands-bro --reason \"Replaced\" --at 2027-01-01 --as ids/polisen"],
        ["thub agreement export"] = ["agreement export upplands-bro --out upplands-bro.agreement --as ids/polisen"],
        ["thub agreement verify"] = ["agreement verify upplands-bro.agreement --root ids/polisen/ca.crt"],
        ["thub agreement diff"] = ["agreement diff upplands-bro amended.json", "agreement diff before.json after.json"],
        ["thub agreement explain"] =
        [
            "agreement explain --partner bostad-bro --from polisen --category graffiti --area 0139-bro --as ids/polisen",
        ],
        ["thub agreement review"] = ["agreement review --partner upplands-bro --weeks 4 --as ids/upplands-bro"],
        ["thub agreement rehearse"] = ["agreement rehearse amended.json --weeks 4 --as hub-data/operator"],
        ["thub agreement apply"] = ["agreement apply samples/agreement.json --as hub-data/operator"],
        ["thub partner create"] = ["partner create polisen --name Polisen --kind police --code-file polisen.code --as hub-data/operator"],
        ["thub partner code"] = ["partner code polisen --as hub-data/operator"],
        ["thub partner list"] = ["partner list --as hub-data/operator"],
        ["thub partner show"] = ["partner show polisen --as hub-data/operator"],
        ["thub partner roles"] = ["partner roles vaktbolaget --set reporter --as hub-data/operator"],
        ["thub partner suspend"] = ["partner suspend vaktbolaget --reason \"A break-in is investigated\" --as hub-data/operator"],
        ["thub partner resume"] = ["partner resume vaktbolaget --as hub-data/operator"],
        ["thub partner offboard"] = ["partner offboard vaktbolaget --reason Merged --as hub-data/operator"],
        ["thub partner enrol"] = ["partner enrol polisen --name Polisen --kind police --out ids/polisen --as hub-data/operator"],
        ["thub cert list"] = ["cert list --as ids/polisen", "cert list polisen --as hub-data/operator"],
        ["thub cert renew"] = ["cert renew --as ids/polisen"],
        ["thub cert requests"] = ["cert requests --as ids/polisen"],
        ["thub cert consent"] = ["cert consent REQUEST --as ids/polisen"],
        ["thub cert object"] = ["cert object REQUEST --reason \"We did not ask for this\" --as ids/polisen"],
        ["thub cert notices"] = ["cert notices --as ids/polisen"],
        ["thub cert add"] = ["cert add polisen --file polisen.crt --as hub-data/operator"],
        ["thub cert revoke"] = ["cert revoke THUMBPRINT --reason \"The laptop was stolen\" --as hub-data/operator"],
        ["thub contact list"] = ["contact list --as ids/polisen"],
        ["thub contact set"] = ["contact set --function \"Vakthavande IT\" --address it@polisen.example --cert contact.pem --as ids/polisen"],
        ["thub contact remove"] = ["contact remove --function \"Vakthavande IT\" --as ids/polisen"],
        ["thub contact key"] = ["contact key --function \"Vakthavande IT\" --out contact.pem", "contact key --function Jour --out contact.pem --contact-passphrase-file FILE"],
        ["thub audit who-saw"] = ["audit who-saw partners/polisen/incidents/ID --as ids/polisen"],
        ["thub retention show"] = ["retention show --as ids/polisen"],
        ["thub retention decide"] = ["retention decide --class report --days 730 --decision KS2026/123 --as ids/polisen"],
        ["thub retention preview"] = ["retention preview --as ids/polisen"],
        ["thub retention hold"] = ["retention hold --reference KS2026/124 --reason \"The reports are part of a review\" --as ids/polisen"],
        ["thub retention lift"] = ["retention lift HOLD --reference KS2026/125 --as ids/polisen"],
        ["thub retention holds"] = ["retention holds --as ids/polisen"],
        ["thub retention disposals"] = ["retention disposals --as ids/polisen"],
        ["thub leave"] = ["leave --out export --reason \"We go on by ourselves\" --as ids/bostad-bro"],
    };

    /// <summary>Examples of a command by its path, such as "thub partner create", without the leading "thub"; empty for a group.</summary>
    public static IReadOnlyList<string> Of(string command) => ByCommand.GetValueOrDefault(command, []);

    /// <summary>The commands that have examples.</summary>
    public static IEnumerable<string> Commands => ByCommand.Keys;
}
