using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Testing;
using PartnerKind = TrygghetHub.Partners.V1.PartnerKind;

namespace TrygghetHub.Server.Tests.Platform.Telemetry;

/// <summary>What strangers and partners can make a real hub's log write.</summary>
public sealed class OutsideLinesTests
{
    private const string Hostile = "evil\u001b[31m\r\nforged\u202e\u2028\u0085x";

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create<byte[]>(b => b, b => b);
    private static readonly Method<byte[], byte[]> RawJoin = new(
        MethodType.Unary, "trygghethub.partners.v1.JoinService", "Join", Bytes, Bytes);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Joins_ThatCannotBeRead_LeaveAFewShortLinesAndACount()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time);
        using var channel = hub.OpenChannel(certificate: null, url: hub.Hub.OpenUrl);
        var before = hub.Log.Count;

        // Groups in groups, which protobuf gives up at a depth of 100.
        var nested = Enumerable.Repeat((byte)0x1b, 106).ToArray();
        foreach (var batch in Enumerable.Range(0, 1_000).Chunk(50))
        {
            await Task.WhenAll(batch.Select(_ => Assert.ThrowsAsync<RpcException>(() => CallAsync(channel, nested, Cancellation))));
        }

        var lines = hub.Log.Skip(before).ToList();
        Assert.True(lines.Count <= LogBudget.OfAnOrigin * (1 + LogBudget.OthersFactor) / LogBudget.LeastLine, $"{lines.Count} lines");
        Assert.True(lines.Sum(l => l.Length) <= LogBudget.OfAnOrigin * (1 + LogBudget.OthersFactor), $"{lines.Sum(l => l.Length)} characters");
        Assert.DoesNotContain(lines, l => l.Contains("   at ", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromMinutes(1));
        var count = Assert.Single(hub.LoggedEvents, e => e.Id == (int)SecurityEvent.LinesLeftOut);
        Assert.Equal("127.0.0.1", count.Fields["Origin"]);
        Assert.InRange(int.Parse(count.Fields["Count"], System.Globalization.CultureInfo.InvariantCulture), 500, 1_000);
    }

    [Fact]
    public async Task Join_ThatCannotBeRead_LeavesOneLine()
    {
        await using var hub = await TestHub.StartAsync();
        using var channel = hub.OpenChannel(certificate: null, url: hub.Hub.OpenUrl);
        var before = hub.Log.Count;

        await Assert.ThrowsAsync<RpcException>(() => CallAsync(channel, [0x0a, 0xff, 0xff], Cancellation));

        Assert.True(hub.Log.Skip(before).Count(l => !l.StartsWith("Information", StringComparison.Ordinal)) <= 1);
    }

    [Fact]
    public async Task Guesses_OfACode_LeaveLinesAndACount()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await TestHub.StartAsync(time);
        using var channel = hub.OpenChannel(certificate: null, url: hub.Hub.OpenUrl);

        for (var i = 0; i < 90; i++)
        {
            await Assert.ThrowsAsync<RpcException>(() => CallAsync(channel, new JoinRequest { Code = $"thj1_guess{i}" }.ToByteArray(), Cancellation));
        }

        time.Advance(TimeSpan.FromMinutes(1));
        var told = hub.LoggedEvents.Where(e => e.Category == SecurityEvents.Category).ToList();
        Assert.InRange(told.Count(e => e.Id == (int)SecurityEvent.EnrolmentCodeRefused), 20, 90);
        Assert.Equal(
            90,
            told.Count(e => e.Level == LogLevel.Warning && e.Id != (int)SecurityEvent.LinesLeftOut)
                + told.Where(e => e.Id == (int)SecurityEvent.LinesLeftOut)
                    .Sum(e => int.Parse(e.Fields["Count"], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.DoesNotContain(hub.Log, l => l.Contains("guess", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refusals_OfOnePartner_DoNotHideThoseOfAnother()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = (
            await hub.PartnerAsync("polisen", PartnerKind.Police), await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit));
        foreach (var batch in Enumerable.Range(0, 500).Chunk(50))
        {
            await Task.WhenAll(batch.Select(_ => RefusedAsync(police)));
        }

        await RefusedAsync(municipality);

        Assert.Contains(hub.LoggedEvents, e =>
            e.Id == (int)SecurityEvent.PermissionRefused && e.Fields["Principal"] == "urn:trygghet:partner:upplands-bro");
        Assert.InRange(hub.LoggedEvents.Count(e => e.Id == (int)SecurityEvent.PermissionRefused), 2, 200);

        static Task RefusedAsync(TrygghetHub.Client.HubClient client) => Refused.ForAsync(
            "PERMISSION_MISSING",
            async () => await client.Partners.ListPartnersAsync(new ListPartnersRequest(), cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Certificate_WithControlCharactersInItsName_ShowsThemInTheLog()
    {
        await using var hub = await TestHub.StartAsync();
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(Hostile);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var stranger = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var channel = hub.OpenChannel(stranger);

        await Assert.ThrowsAsync<RpcException>(() => CallAsync(channel, [], Cancellation));

        var refused = hub.LoggedEvents.First(e => e.Id == (int)SecurityEvent.HandshakeRefused);
        Assert.Equal(nameof(HandshakeRefusal.CertificateUntrusted), refused.Fields["Reason"]);
        Assert.Contains("evil\\u001B[31m\\u000D\\u000Aforged\\u202E\\u2028\\u0085x", refused.Fields["Subject"], StringComparison.Ordinal);
        AssertNothingUnseen(hub);
    }

    [Fact]
    [SuppressMessage("Security", "CA5359", Justification = "An attacker does not care which hub it reaches.")]
    public async Task Bytes_OfManyBrokenKinds_LeaveNoStackTraceAndNothingUnseen()
    {
        await using var hub = await TestHub.StartAsync();
        await SendAsync(hub.Hub.OpenUrl, isTls: false, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await SendAsync(hub.Hub.OpenUrl, isTls: false, RandomNumberGenerator.GetBytes(500));
        await SendAsync(hub.Hub.OpenUrl, isTls: true, Encoding.Latin1.GetBytes($"GET /{Hostile} HTTP/1.1\r\nHost: x\r\n\r\n"));
        await SendAsync(hub.Hub.OpenUrl, isTls: true, Encoding.Latin1.GetBytes("GET /%1b%5b31m%0d%0aforged HTTP/1.1\r\nHost: x\r\nUser-Agent: \u0085\u001b[0m\r\n\r\n"));
        await SendAsync(hub.Hub.OpenUrl, isTls: true, Encoding.Latin1.GetBytes("POST /trygghethub.partners.v1.JoinService/Join HTTP/1.1\r\nHost: x\r\nContent-Type: text/\u001b\r\nContent-Length: 10\r\n\r\nabc"));
        await SendAsync(hub.Hub.OpenUrl, isTls: true, [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0, .. RandomNumberGenerator.GetBytes(300)]);
        await SendAsync(hub.Hub.OpenUrl, isTls: true, [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 1, 5, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]);
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        foreach (var type in new[] { "application/grpc", "application/grpc-web", "text/plain" })
        {
            using var content = new ByteArrayContent([0, 0, 0, 0, 200, 1, 2, 3]);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(hub.Hub.OpenUrl, "/trygghethub.partners.v1.JoinService/Join"))
            {
                Version = new Version(2, 0),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = content,
            };
            request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
            using var answer = await http.SendAsync(request, Cancellation);
        }

        // Half a request, and away.
        using (var gone = new CancellationTokenSource())
        {
            using var channel = hub.OpenChannel(certificate: null, url: hub.Hub.OpenUrl);
            var call = CallAsync(channel, new byte[1024], gone.Token);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => call);
        }

        AssertNothingUnseen(hub);
        Assert.DoesNotContain(hub.Log, l => l.Contains("   at ", StringComparison.Ordinal));
    }

    /// <summary>Calls that are begun and cancelled at once, by thousands: Kestrel tells of some as errors of its own.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_BegunAndCancelledWithoutEnd_LeaveAFewShortLines(bool isPartner)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.PartnerAsync("polisen", PartnerKind.Police);
        using var identity = TrygghetHub.Client.IdentityFolder.Load(hub.IdentityPath("polisen"));
        var token = isPartner ? await hub.TokenAsync("polisen") : null;
        var before = hub.Log.Count;
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await using var connection = isPartner
                    ? await BareHttp2.ConnectAsync(hub.Hub.Url, identity.Certificate, identity.Issuers, Cancellation)
                    : await BareHttp2.ConnectAsync(hub.Hub.OpenUrl, null, null, Cancellation);
                for (var id = 1; id < 400; id += 2)
                {
                    await connection.HeadersAsync(
                        id, BareHttp2.Call(isPartner ? "trygghethub.incidents.v1.IncidentService/StreamIncidents" : "trygghethub.partners.v1.JoinService/Join", token), Cancellation);
                    await connection.MessageAsync(id, [0x0A], isEnd: id % 3 == 0, Cancellation);
                    await connection.ResetAsync(id, Cancellation);
                }
            }
            catch (IOException)
            {
                // The hub has had enough of this connection.
            }
        }

        var lines = hub.Log.Skip(before).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', lines.GroupBy(l => l[..Math.Min(l.Length, 100)]).Select(g => $"{g.Count()} × {g.Key}").Take(20)));
        Assert.True(lines.Sum(l => l.Length) <= 2 * LogBudget.OfAnOrigin * (1 + (2 * LogBudget.OthersFactor)), $"{lines.Sum(l => l.Length)} characters");
        Assert.DoesNotContain(lines, l => l.Contains("   at ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Service_ThatThrows_LeavesItsStackTraceAndAnswersWithACorrelationId()
    {
        await using var hub = await TestHub.StartAsync(addMore: services =>
            services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<FaultyInterceptor>()));

        var refused = await Refused.ForAsync(
            "INTERNAL",
            async () => await hub.Operator.Partners.ListPartnersAsync(new ListPartnersRequest(), cancellationToken: Cancellation));

        var fault = Assert.Single(hub.LoggedEvents, e => e.Level == LogLevel.Error);
        Assert.Contains(fault.Fields["CorrelationId"], refused.Rule, StringComparison.Ordinal);
        Assert.Contains(nameof(FaultyInterceptor), fault.Exception!.ToString(), StringComparison.Ordinal);
    }

    private static void AssertNothingUnseen(TestHub hub) => Assert.All(
        hub.LoggedEvents,
        e => Assert.All(
            e.Fields.Values.Append(e.Text).Append(e.Exception?.ToString() ?? ""),
            text => Assert.Equal(text, VisibleText.Of(text, keepLines: e.Exception is not null))));

    private static async Task CallAsync(GrpcChannel channel, byte[] request, CancellationToken cancellation)
    {
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(
            RawJoin, null, new CallOptions(cancellationToken: cancellation), request);
        await call.ResponseAsync;
    }

    private static async Task SendAsync(Uri url, bool isTls, byte[] bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, Cancellation);
        try
        {
            await using Stream stream = isTls
                ? await SecureAsync(client.GetStream(), isHttp2: bytes.AsSpan().StartsWith("PRI"u8))
                : client.GetStream();
            await stream.WriteAsync(bytes, Cancellation);
            await stream.FlushAsync(Cancellation);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, patience.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The hub may well close it.
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "An attacker does not care which hub it reaches.")]
    private static async Task<SslStream> SecureAsync(Stream inner, bool isHttp2)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [isHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
            },
            Cancellation);
        return tls;
    }

    /// <summary>A fault of ours inside a service.</summary>
    private sealed class FaultyInterceptor : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            request is ListPartnersRequest ? throw new ArithmeticException("ours") : continuation(request, context);
    }
}
