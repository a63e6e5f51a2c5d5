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
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Tells the framework which RPCs a generated service has, in place of the framework's own provider: each with its
/// <see cref="Rpc"/> beside it, its own cap on messages, and a reader that scans a message before it is built.
/// </summary>
internal sealed class RpcMethods<TService>(
    IOptions<GrpcServiceOptions<TService>> options, SecurityEvents events, ErrorPages pages) : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        var bind = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException($"{typeof(TService)} is no generated service.");
        var service = (ServiceDescriptor)bind.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        var method = bind.BindType.GetMethods(BindingFlags.Public | BindingFlags.Static).Single(m =>
            m.Name == bind.BindMethodName && m.GetParameters() is [var binder, _] && binder.ParameterType == typeof(ServiceBinderBase));
        method.Invoke(null, [new Binder(context, options.Value, service, events, pages), null]);
    }

    private sealed class Binder(
        ServiceMethodProviderContext<TService> context, GrpcServiceOptions<TService> options, ServiceDescriptor service, SecurityEvents events,
        ErrorPages pages)
        : ServiceBinderBase
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
            var described = service.FindMethodByName(method.Name);
            // The framework has one cap for a service, and reads it when a method is added: right after.
            options.MaxReceiveMessageSize = Rpc.MessageKibOf(described) * 1024;
            var reader = new ScannedReader(described, events, pages);
            var read = method.RequestMarshaller.ContextualDeserializer;
            return new Method<TRequest, TResponse>(
                method.Type, method.ServiceName, method.Name,
                new Marshaller<TRequest>(method.RequestMarshaller.ContextualSerializer, payload => reader.Read(payload, read)),
                method.ResponseMarshaller);
        }
    }
}

/// <summary>
/// Reads the messages of one RPC. In this order, before a message is built: its bytes after decompression count in the
/// caller's share, a scan adds up the memory that it will take, and the call takes that memory from what is there for
/// messages. Thread-safe.
/// </summary>
internal sealed class ScannedReader(MethodDescriptor method, SecurityEvents events, ErrorPages pages)
{
    /// <summary>
    /// How many times its cap a message may take in memory. What is sent for real stays below it at every size.
    /// </summary>
    public const int MostGrowth = 16;

    private readonly MessageShape shape = MessageShape.Of(method.InputType);
    private readonly int mostKib = Rpc.MessageKibOf(method) * MostGrowth;
    private readonly int mostBytes = Rpc.MessageKibOf(method) * 1024;

    /// <exception cref="RefusedMessageException">MESSAGE_TOO_LARGE, MESSAGE_UNREADABLE, QUOTA_EXCEEDED.</exception>
    public TMessage Read<TMessage>(DeserializationContext payload, Func<DeserializationContext, TMessage> read)
    {
        if (Refuse(payload) is { } refusal)
        {
            throw Refused(refusal);
        }

        try
        {
            return read(payload);
        }
        catch (InvalidProtocolBufferException)
        {
            // Whose fault it is does not need to be looked for: no stack is kept.
            throw Refused(MessageErrors.Unreadable);
        }
    }

    private Refusal? Refuse(DeserializationContext payload)
    {
        if (AdmittedCall.Current is not { } call)
        {
            return AccessErrors.NotAdmitted;
        }

        if (call.Caller?.Share.CountMessage(payload.PayloadLength) is { } exceeded)
        {
            return exceeded;
        }

        // The framework's cap is set for each RPC while its service is mapped: this one does not rest on when it is read.
        if (payload.PayloadLength > mostBytes)
        {
            return MessageErrors.TooLarge(mostBytes / 1024);
        }

        return MessageScan.Scan(payload.PayloadAsReadOnlySequence(), shape, mostKib * 1024L, out var memory) switch
        {
            ScanResult.Fits => call.Hold(payload.PayloadLength + memory),
            ScanResult.TooLarge => MessageErrors.TooManyParts(mostKib),
            ScanResult.TooDeep => MessageErrors.TooDeep,
            _ => MessageErrors.Unreadable,
        };
    }

    private RefusedMessageException Refused(Refusal refusal)
    {
        // Of a stream the interceptors see it, and of no other call.
        if (!method.IsClientStreaming)
        {
            events.CallRefused($"/{method.Service.FullName}/{method.Name}", refusal);
        }

        return new RefusedMessageException(refusal, pages);
    }
}

/// <summary>
/// A message that is not read, as the framework takes it: any other exception it would log as a fault. In a handler it becomes a
/// <see cref="HubException"/>.
/// </summary>
internal sealed class RefusedMessageException : RpcException
{
    public RefusedMessageException(Refusal refusal, ErrorPages pages)
        : this(refusal, ErrorStatus.ToRpcException(refusal, pages))
    {
    }

    private RefusedMessageException(Refusal refusal, RpcException status)
        : base(status.Status, status.Trailers) => Refusal = refusal;

    /// <summary>Why it is not read.</summary>
    public Refusal Refusal { get; }
}
