using System.Text;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

public sealed class ProtoJsonTests
{
    [Theory]
    [InlineData("[{\"incident\": {}},\n {\"incident\": {\n\"report\": {\"placee\": 1}}}]", "line 3, [1].incident.report.placee: unknown field")]
    [InlineData("{\"incident\": {\"report\": {\n\"severity\": \"HIGH\"}}}", "line 2, incident.report.severity: unknown value; Severity is one of SEVERITY_MINOR, ")]
    [InlineData("{\"incident\": {\"report\": {\"occurred\":\n\n{\"from\": \"yesterday\"}}}}", "line 3, incident.report.occurred.from: ")]
    [InlineData("{\"incident\": {\"report\": []}}", "line 1, incident.report: an object is wanted here.")]
    [InlineData("{\"incident\": 3}", "line 1, incident: an object is wanted here.")]
    [InlineData("{\"incident\": {}, \"observation\": {}}", "line 1, wants exactly one field")]
    [InlineData("[{\"incident\": {}},\n{\"report\": {}}]", "line 2, [1]: wants exactly one field")]
    [InlineData("[\n3]", "line 2, [0]: an object is wanted here.")]
    [InlineData("[{\"incident\": {}},\n}", "line 2, column 1: not JSON")]
    public void ReportFile_BrokenElement_IsToldByPlace(string text, string told) => Assert.Contains(told,
        Assert.Throws<UsageException>(() => ReportFile.Read(Of(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void ReportFile_IncidentsAndObservations_KeepTheirOrder()
    {
        var file = ReportFile.Read(Of("""
            [{"observation": {"report": {"sourceRef": "b", "revision": 2}}},
             {"incident": {"report": {"source_ref": "a", "revision": 1}}}]
            """));

        Assert.Equal([("b", 2), ("a", 1)], file.Order);
        Assert.Single(file.Incidents);
        Assert.Single(file.Observations);
    }

    [Fact]
    public void Message_AgreementWithUnknownField_NamesItAndWhatThereIs()
    {
        var exception = Assert.Throws<UsageException>(
            () => Of("{\"sharingTerms\": {\"flows\": [{}, {\n\"area\": [\"0139\"]}]}}").Message<CooperationAgreement>());

        Assert.StartsWith("file.json, line 2, sharingTerms.flows[1].area: unknown field; Flow has clause, from, to, areas, ",
            exception.Message, StringComparison.Ordinal);
    }

    private static ProtoJson Of(string text) => ProtoJson.Of("file.json", Encoding.UTF8.GetBytes(text));
}
