using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Cli.Commands;

/// <summary><c>thub cert add</c>: registers a certificate of an outside authority to a partner.</summary>
internal static class CertAddCommand
{
    public static Command Create()
    {
        var id = PartnerArguments.Id();
        var file = new Option<string>("--file")
        {
            Description = "File with the certificate, PEM or DER. Only the first certificate in the file is used. The private key is never sent.",
            HelpName = "CERT",
            Required = true,
        };
        var caller = CallerOptions.As();
        var json = CallerOptions.Json();
        var command = new Command("add", "Register a certificate from an external certificate authority for a partner (operator).")
        {
            id, file, caller, json,
        };
        return command.Does(async (parsed, screen, cancellation) =>
        {
            using var certificate = Read(parsed.GetRequiredValue(file));
            using var identity = parsed.Identity(caller);
            using var client = HubClient.Connect(identity);
            var answer = await client.Partners.RegisterCertificateAsync(new RegisterCertificateRequest
            {
                Name = "partners/" + parsed.GetRequiredValue(id),
                CertificateDer = ByteString.CopyFrom(certificate.RawDataMemory.Span),
            }, cancellationToken: cancellation);
            if (parsed.GetValue(json))
            {
                screen.WriteJson(answer);
                return ExitCode.Fine;
            }

            screen.Line($"Registered to {answer.Partner.Id}: {certificate.Subject}, issued by {certificate.Issuer}.");
            PartnerArguments.ShowCertificates(screen, answer.Partner.Certificates.Select(c => (answer.Partner.Id, c)));
            if (answer.ConsentRequest is { State: ConsentState.Waiting or ConsentState.Delayed } waiting)
            {
                screen.Line($"{answer.Partner.Id} must consent to it, request {waiting.Id}: {ConsentWords.State(waiting)}.");
                ConsentWords.Show(screen, answer.Letter);
            }

            return ExitCode.Fine;
        });
    }

    private static X509Certificate2 Read(string file)
    {
        try
        {
            var bytes = File.ReadAllBytes(file);
            if (bytes.AsSpan().IndexOf("-----BEGIN"u8) >= 0)
            {
                return X509Certificate2.CreateFromPem(System.Text.Encoding.UTF8.GetString(TextFile.Read(Path.GetFileName(file), bytes)));
            }

            return X509Certificate2.GetCertContentType(bytes) == X509ContentType.Cert
                ? X509CertificateLoader.LoadCertificate(bytes)
                : throw new UsageException($"{file} holds no certificate.", "Give it in PEM or DER.");
        }
        catch (CryptographicException)
        {
            throw new UsageException($"{file} holds no certificate that can be read.", "Give it in PEM or DER.");
        }
    }
}
