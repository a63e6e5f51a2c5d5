using System.Text;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>
/// The embedded issuer's name (<c>iss</c>), kept with the data in <c>DIR/keys/issuer</c>: tokens and their readers go by
/// it, so it stays when addresses change.
/// </summary>
internal static class IssuerName
{
    /// <exception cref="InvalidDataException">The file holds no https address.</exception>
    public static Uri LoadOrCreate(DataDirectory directory, HubOptions options)
    {
        var path = directory.Combine("keys", "issuer");
        if (!File.Exists(path))
        {
            DataDirectory.WriteSecret(path, Encoding.UTF8.GetBytes(First(options).AbsoluteUri + "\n"));
        }

        return Uri.TryCreate(File.ReadAllText(path).Trim(), UriKind.Absolute, out var name) && name.Scheme == Uri.UriSchemeHttps
            ? name
            : throw new InvalidDataException(
                $"{path} must hold the issuer's name, an https address. Restore it from a backup or remove it.");
    }

    private static Uri First(HubOptions options)
    {
        if (options.Settings.PublicOpenUrl is { } stated)
        {
            return stated;
        }

        var open = options.OpenUrl ?? new UriBuilder(options.Url) { Port = options.Url.Port is 0 ? 0 : options.Url.Port + 1 }.Uri;

        // A port that is taken anew at every start is no part of a name.
        return open.Port == 0 ? new UriBuilder(Uri.UriSchemeHttps, open.Host).Uri : open;
    }
}
