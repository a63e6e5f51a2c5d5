using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace TrygghetHub.Server.Tests.Architecture;

/// <summary>Namespaces and names of the types that a signature or a token mentions; a nested type is its outermost.</summary>
internal sealed class Names(MetadataReader reader) : ISignatureTypeProvider<List<(string Namespace, string Name)>, object?>
{
    public List<(string Namespace, string Name)> OfType(EntityHandle handle) => handle.IsNil ? [] : handle.Kind switch
    {
        HandleKind.TypeDefinition => GetTypeFromDefinition(reader, (TypeDefinitionHandle)handle, 0),
        HandleKind.TypeReference => GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0),
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        _ => [],
    };

    public IEnumerable<(string Namespace, string Type, string Member)> OfMember(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodDefinition:
                var method = reader.GetMethodDefinition((MethodDefinitionHandle)handle);
                return Named(GetTypeFromDefinition(reader, method.GetDeclaringType(), 0), reader.GetString(method.Name));
            case HandleKind.FieldDefinition:
                var field = reader.GetFieldDefinition((FieldDefinitionHandle)handle);
                return Named(GetTypeFromDefinition(reader, field.GetDeclaringType(), 0), reader.GetString(field.Name));
            case HandleKind.MemberReference:
                var member = reader.GetMemberReference((MemberReferenceHandle)handle);
                // Of a generic type the first name is its own; the others are its arguments, which have no such member.
                var owner = OfType(member.Parent);
                return Named(owner.Take(1), reader.GetString(member.Name)).Concat(Named(owner.Skip(1), ""));
            case HandleKind.MethodSpecification:
                var generic = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                return OfMember(generic.Method).Concat(Named(generic.DecodeSignature(this, null).SelectMany(a => a), ""));
            default:
                return Named(OfType(handle), "");
        }
    }

    public List<(string, string)> GetTypeFromDefinition(MetadataReader from, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = from.GetTypeDefinition(handle);
        var outer = type;
        while (outer.GetDeclaringType() is { IsNil: false } declaring)
        {
            outer = from.GetTypeDefinition(declaring);
        }

        return [(from.GetString(outer.Namespace), from.GetString(outer.Name))];
    }

    public List<(string, string)> GetTypeFromReference(MetadataReader from, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = from.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? GetTypeFromReference(from, (TypeReferenceHandle)type.ResolutionScope, 0)
            : [(from.GetString(type.Namespace), from.GetString(type.Name))];
    }

    public List<(string, string)> GetTypeFromSpecification(
        MetadataReader from, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        from.GetTypeSpecification(handle).DecodeSignature(this, context);

    public List<(string, string)> GetGenericInstantiation(
        List<(string, string)> generic, ImmutableArray<List<(string, string)>> arguments) =>
        [.. generic, .. arguments.SelectMany(a => a)];

    public List<(string, string)> GetFunctionPointerType(MethodSignature<List<(string, string)>> signature) =>
        [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(p => p)];

    public List<(string, string)> GetModifiedType(List<(string, string)> modifier, List<(string, string)> unmodified, bool isRequired) => unmodified;

    public List<(string, string)> GetArrayType(List<(string, string)> element, ArrayShape shape) => element;

    public List<(string, string)> GetByReferenceType(List<(string, string)> element) => element;

    public List<(string, string)> GetPinnedType(List<(string, string)> element) => element;

    public List<(string, string)> GetPointerType(List<(string, string)> element) => element;

    public List<(string, string)> GetSZArrayType(List<(string, string)> element) => element;

    public List<(string, string)> GetPrimitiveType(PrimitiveTypeCode code) => [];

    public List<(string, string)> GetGenericMethodParameter(object? context, int index) => [];

    public List<(string, string)> GetGenericTypeParameter(object? context, int index) => [];

    private static IEnumerable<(string, string, string)> Named(IEnumerable<(string Namespace, string Name)> types, string member) =>
        types.Select(t => (t.Namespace, t.Name, member));
}
