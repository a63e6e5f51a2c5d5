using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>The compiled server, as metadata: which of its types use what. Immutable after loading.</summary>
internal sealed class ServerCode
{
    private const string Root = "TrygghetHub.Server";

    private ServerCode(IReadOnlyList<CodeType> types) => Types = types;

    public static ServerCode Loaded { get; } = Load();

    public IReadOnlyList<CodeType> Types { get; }

    /// <summary>The slice of a namespace: <c>Reports</c>; <c>Hub</c> for the root; null outside the server.</summary>
    public static string? SliceOf(string @namespace) =>
        @namespace == Root ? "Hub"
        : @namespace.StartsWith(Root + ".", StringComparison.Ordinal) ? @namespace[(Root.Length + 1)..].Split('.')[0]
        : null;

    private static ServerCode Load()
    {
        using var file = File.OpenRead(typeof(Hub).Assembly.Location);
        using var image = new PEReader(file);
        var reader = image.GetMetadataReader();
        var names = new Names(reader);
        return new ServerCode(
        [
            .. reader.TypeDefinitions.Select(h => Outermost(reader, h)).Distinct()
                .Select(h => Describe(reader, image, names, h)).Where(t => SliceOf(t.Namespace) is not null),
        ]);
    }

    private static TypeDefinitionHandle Outermost(MetadataReader reader, TypeDefinitionHandle handle)
    {
        while (reader.GetTypeDefinition(handle).GetDeclaringType() is { IsNil: false } outer)
        {
            handle = outer;
        }

        return handle;
    }

    private static CodeType Describe(MetadataReader reader, PEReader image, Names names, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var uses = new HashSet<(string Namespace, string Type, string Member)>();
        var strings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var each in WithNested(reader, handle))
        {
            var definition = reader.GetTypeDefinition(each);
            Use(names.OfType(definition.BaseType));
            foreach (var field in definition.GetFields())
            {
                reader.GetFieldDefinition(field).DecodeSignature(names, null).ForEach(n => uses.Add((n.Namespace, n.Name, "")));
            }

            foreach (var method in definition.GetMethods().Select(reader.GetMethodDefinition))
            {
                var signature = method.DecodeSignature(names, null);
                signature.ReturnType.ForEach(n => uses.Add((n.Namespace, n.Name, "")));
                signature.ParameterTypes.SelectMany(p => p).ToList().ForEach(n => uses.Add((n.Namespace, n.Name, "")));
                if (method.RelativeVirtualAddress != 0)
                {
                    UsesOf(image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!);
                }
            }
        }

        return new CodeType(
            reader.GetString(type.Namespace), reader.GetString(type.Name),
            (type.Attributes & System.Reflection.TypeAttributes.VisibilityMask) == System.Reflection.TypeAttributes.Public, uses, strings);

        void Use(IEnumerable<(string Namespace, string Name)> found)
        {
            foreach (var (ns, name) in found)
            {
                uses.Add((ns, name, ""));
            }
        }

        void UsesOf(byte[] code)
        {
            strings.UnionWith(Operands.StringsIn(code)
                .Select(token => reader.GetUserString((UserStringHandle)MetadataTokens.Handle(token))));
            foreach (var token in Operands.TokensIn(code))
            {
                var entity = MetadataTokens.EntityHandle(token);
                foreach (var use in names.OfMember(entity))
                {
                    uses.Add(use);
                }
            }
        }
    }

    private static IEnumerable<TypeDefinitionHandle> WithNested(MetadataReader reader, TypeDefinitionHandle handle) =>
        reader.GetTypeDefinition(handle).GetNestedTypes().SelectMany(n => WithNested(reader, n)).Prepend(handle);
}

/// <summary>
/// A type and, with what is nested in it, what it uses and which texts its code holds; a constructor's member is
/// <c>.ctor</c>.
/// </summary>
internal sealed record CodeType(
    string Namespace, string Name, bool IsPublic, IReadOnlySet<(string Namespace, string Type, string Member)> Uses,
    IReadOnlySet<string> Strings)
{
    public string Slice => ServerCode.SliceOf(Namespace)!;

    public bool Constructs(string @namespace, string type) => Uses.Contains((@namespace, type, ".ctor"));
}
