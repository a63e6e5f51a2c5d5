using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Messages;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Tells the framework which RPCs a generated service has, in place of the framework's own provider: each with its
/// <see cref="Rpc"/> beside it, its service's cap on messages, and a reader that scans a message before it is built.
/// </summary>
internal sealed class RpcMethods<TService>(IOptions<GrpcServiceOptions<TService>> options) : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        var bind = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException($"{typeof(TService)} is no generated service.");
        var service = (ServiceDescriptor)bind.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

        // Read by the framework when a method is added: right after.
        options.Value.MaxReceiveMessageSize = Rpc.MessageKibOf(service) * 1024;
        var method = bind.BindType.GetMethods(BindingFlags.Public | BindingFlags.Static).Single(m =>
            m.Name == bind.BindMethodName && m.GetParameters() is [var binder, _] && binder.ParameterType == typeof(ServiceBinderBase));
        method.Invoke(null, [new Binder(context, service), null]);
    }

    private sealed class Binder(ServiceMethodProviderContext<TService> context, ServiceDescriptor service) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            context.AddUnaryMethod(
                Scanned(method), Metadata(method),
                Handler<Grpc.AspNetCore.Server.Model.UnaryServerMethod<TService, TRequest, TResponse>>(
                    method, typeof(TRequest), typeof(ServerCallContext)));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddClientStreamingMethod(
                Scanned(method), Metadata(method),
                Handler<Grpc.AspNetCore.Server.Model.ClientStreamingServerMethod<TService, TRequest, TResponse>>(
                    method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddServerStreamingMethod(
                Scanned(method), Metadata(method),
                Handler<Grpc.AspNetCore.Server.Model.ServerStreamingServerMethod<TService, TRequest, TResponse>>(
                    method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)));

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            context.AddDuplexStreamingMethod(
                Scanned(method), Metadata(method),
                Handler<Grpc.AspNetCore.Server.Model.DuplexStreamingServerMethod<TService, TRequest, TResponse>>(
                    method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)));

        private List<object> Metadata(IMethod method) =>
            [Rpc.Of(service.FindMethodByName(method.Name)), new HttpMethodMetadata(["POST"])];

        private static TDelegate Handler<TDelegate>(IMethod method, params Type[] parameters)
            where TDelegate : Delegate =>
            typeof(TService).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance, parameters)!
                .CreateDelegate<TDelegate>();

        private Method<TRequest, TResponse> Scanned<TRequest, TResponse>(Method<TRequest, TResponse> method)
            where TRequest : class
            where TResponse : class
        {
            var reader = new ScannedReader(service.FindMethodByName(method.Name));
            var read = method.RequestMarshaller.ContextualDeserializer;
            return new Method<TRequest, TResponse>(
                method.Type, method.ServiceName, method.Name,
                new Marshaller<TRequest>(method.RequestMarshaller.ContextualSerializer, payload => reader.Read(payload, read)),
                method.ResponseMarshaller);
        }
    }
}

/// <summary>Reads the messages of one RPC: scans each before it is built, and says why one is not read. Thread-safe.</summary>
internal sealed class ScannedReader(MethodDescriptor method)
{
    /// <summary>
    /// How many times its cap a message may take in memory. What is sent for real stays below it at every size.
    /// </summary>
    public const int MostGrowth = 16;

    private readonly MessageShape shape = MessageShape.Of(method.InputType);
    private readonly int mostKib = Rpc.MessageKibOf(method.Service) * MostGrowth;

    /// <exception cref="RpcException">MESSAGE_TOO_LARGE, MESSAGE_UNREADABLE.</exception>
    public TMessage Read<TMessage>(DeserializationContext payload, Func<DeserializationContext, TMessage> read)
    {
        if (Refuse(MessageScan.Scan(payload.PayloadAsReadOnlySequence(), shape, mostKib * 1024L)) is { } refusal)
        {
            throw ErrorStatus.ToRpcException(refusal);
        }

        try
        {
            return read(payload);
        }
        catch (InvalidProtocolBufferException)
        {
            // Whose fault it is does not need to be looked for: no stack is kept.
            throw ErrorStatus.ToRpcException(MessageErrors.Unreadable);
        }
    }

    private Refusal? Refuse(ScanResult result) => result switch
    {
        ScanResult.Fits => null,
        ScanResult.TooLarge => MessageErrors.TooManyParts(mostKib),
        ScanResult.TooDeep => MessageErrors.TooDeep,
        _ => MessageErrors.Unreadable,
    };
}
