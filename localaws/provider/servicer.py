"""The gRPC face of the provider: the engine's messages in, answers of lifecycle, check, diff and the invokes out."""

from __future__ import annotations

import threading
from importlib.metadata import version
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from localaws.provider import calls, lifecycle, registry
from localaws.provider.check import Naming, check
from localaws.provider.clients import Clients
from localaws.provider.configure import check_config, configure, decode_config
from localaws.provider.context import DEFAULT_LIMIT, Context, ProviderConfig
from localaws.provider.diff import Change, diff
from localaws.provider.errors import NotInLocalAwsError, ProviderError, describe
from localaws.provider.lifecycle import Entry
from localaws.provider.operations import Operations
from localaws.provider.reporting import Remarks, name_of, reports_errors, type_of
from localaws.provider.schema import schema_of
from localaws.provider.sdk import NotInSdkError
from localaws.provider.values import Props, decode_struct, encode_struct

_CONNECTIONS_KEPT = 4096
"""Connections remembered; engines don't say goodbye, so the oldest go first."""


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The provider, for any number of engines at once.

    An engine opens one connection per provider resource of a run (default or explicit), so the connection's peer
    address tells their configurations apart.
    """

    def __init__(self, endpoint: str, operations: Operations | None = None) -> None:
        self.clients = Clients(endpoint)
        self._operations = operations or Operations(None)
        self._configs: dict[str, ProviderConfig] = {}
        self._remarks: dict[str, Remarks] = {}
        self._cancelled: set[str] = set()
        self._lock = threading.Lock()

    # -- the connection -------------------------------------------------------------------------------------------

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ProviderHandshakeResponse:  # noqa: N802
        """Forgets what an earlier connection from the same port said; secrets are the engine's matter."""
        peer = context.peer()
        with self._lock:
            self._forget(peer)
            self._remarks[peer] = Remarks(request.engine_address)
            while len(self._remarks) > _CONNECTIONS_KEPT:
                self._forget(next(iter(self._remarks)))
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=False, accept_resources=False, accept_outputs=False, supports_autonaming_configuration=True
        )

    def Attach(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: ARG002, N802
        """The engine found us running."""
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: ARG002, N802
        """Ends the waiting of this connection's operations; they answer with the error they were waiting on."""
        with self._lock:
            self._cancelled.add(context.peer())
        return empty_pb2.Empty()

    def _forget(self, peer: str) -> None:
        self._configs.pop(peer, None)
        self._cancelled.discard(peer)
        remarks = self._remarks.pop(peer, None)
        if remarks is not None:
            remarks.close()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: ARG002, N802
        """The version of the SDK whose types the table follows."""
        return plugin_pb2.PluginInfo(version=version("pulumi-aws"))

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.GetSchemaResponse:  # noqa: ARG002, N802
        """Just the name: programs bring their SDK."""
        return provider_pb2.GetSchemaResponse(schema='{"name": "aws", "version": "%s"}' % version("pulumi-aws"))  # noqa: UP031

    # -- configuration --------------------------------------------------------------------------------------------

    @reports_errors
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:  # noqa: ARG002, N802
        """Refuses provider properties that would be ignored."""
        news = decode_struct(request.news)
        failures = [
            provider_pb2.CheckFailure(property=prop, reason=reason)
            for prop, reason in check_config(decode_config(news))
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @reports_errors
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:  # noqa: ARG002, N802
        """Another Region means other resources; everything else is updated in place."""
        olds, news = decode_struct(request.olds), decode_struct(request.news)
        changed = sorted(key for key in set(olds) | set(news) if olds.get(key) != news.get(key))
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        replaces = ["region"] if "region" in changed and olds.get("region") and news.get("region") else []
        return provider_pb2.DiffResponse(changes=changes, diffs=changed, replaces=replaces)

    @reports_errors
    def Configure(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ConfigureResponse:  # noqa: N802
        """Keeps the configuration for the connection."""
        raw: Props = {key.rpartition(":")[2]: value for key, value in request.variables.items()}
        raw.update(decode_struct(request.args))
        config = configure(self.clients, raw)
        with self._lock:
            self._configs[context.peer()] = config
        return provider_pb2.ConfigureResponse(
            acceptSecrets=False,
            supportsPreview=True,
            acceptResources=False,
            acceptOutputs=False,
            supports_autonaming_configuration=True,
        )

    def _config(self, context: grpc.ServicerContext) -> ProviderConfig:
        config = self._configs.get(context.peer())
        if config is None:
            raise ProviderError("the connection to the local AWS was renewed without its configuration; run again")
        return config

    # -- resources ------------------------------------------------------------------------------------------------

    @staticmethod
    def _entry(urn: str) -> Entry:
        token = type_of(urn)
        try:
            schema = schema_of(token)
        except NotInSdkError:
            raise NotInLocalAwsError(f"{token} is not in the local AWS") from None
        return Entry(token, registry.resource(token, schema.inputs), schema)

    def _context(self, request: Any, context: grpc.ServicerContext, *properties: Props) -> Context:
        config = self._config(context)
        region = next((p["region"] for p in properties if isinstance(p.get("region"), str)), config.region)
        peer = context.peer()
        return Context(
            clients=self.clients,
            config=config,
            region=region,
            urn=request.urn,
            name=name_of(request.urn),
            limit=getattr(request, "timeout", 0) or DEFAULT_LIMIT,
            stopped=lambda: peer in self._cancelled or not context.is_active(),
        )

    def _tell_lacks(self, entry: Entry, urn: str, inputs: Props, context: grpc.ServicerContext) -> None:
        """Says at preview what `up` will refuse: by then other resources are made."""
        remarks = self._remarks.get(context.peer())
        if remarks is None:
            return
        for what in lifecycle.lacks(entry, inputs):
            remarks.tell(urn, f"{what} is not in the local AWS: preview only")

    @reports_errors
    def Check(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:  # noqa: N802
        """Inputs with names, Region and tags filled in, or what is wrong with them."""
        entry = self._entry(request.urn)
        modes = provider_pb2.CheckRequest.AutonamingOptions
        auto = request.autonaming if request.HasField("autonaming") else None
        naming = Naming(
            seed=request.randomSeed,
            proposed=auto.proposed_name if auto and auto.mode != modes.DISABLE else None,
            disabled=auto is not None and auto.mode == modes.DISABLE,
        )
        checked = check(
            entry.resource,
            entry.schema,
            self._config(context),
            decode_struct(request.news),
            decode_struct(request.olds),
            token=entry.token,
            name=name_of(request.urn),
            naming=naming,
        )
        return provider_pb2.CheckResponse(
            inputs=encode_struct(checked.inputs),
            failures=[provider_pb2.CheckFailure(property=p, reason=reason) for p, reason in checked.failures],
        )

    @reports_errors
    def Diff(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:  # noqa: ARG002, N802
        """What changes, property by property."""
        entry = self._entry(request.urn)
        ignored = set(request.ignoreChanges)
        found = diff(
            entry.resource,
            entry.schema,
            decode_struct(request.olds),
            decode_struct(request.old_inputs),
            decode_struct(request.news),
        )
        changes = [change for change in found.changes if change.prop not in ignored and change.path not in ignored]
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if changes else response.DIFF_NONE,
            diffs=sorted({change.prop for change in changes}),
            replaces=sorted({change.prop for change in changes if change.replaces}),
            deleteBeforeReplace=found.delete_before_replace,
            detailedDiff={change.path: _property_diff(change) for change in changes},
            hasDetailedDiff=True,
        )

    @reports_errors
    def Create(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:  # noqa: N802
        """Makes a resource, or says what its state would be."""
        entry = self._entry(request.urn)
        inputs = decode_struct(request.properties)
        if request.preview:
            self._tell_lacks(entry, request.urn, inputs, context)
            return provider_pb2.CreateResponse(properties=encode_struct(lifecycle.preview_create(entry, inputs)))
        with self._operations.begun("create", request.urn):
            id_, outputs = lifecycle.create(entry, self._context(request, context, inputs), inputs)
        return provider_pb2.CreateResponse(id=id_, properties=encode_struct(outputs))

    @reports_errors
    def Read(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:  # noqa: N802
        """The resource as it is; an empty answer if it is gone."""
        entry = self._entry(request.urn)
        state, inputs = decode_struct(request.properties), decode_struct(request.inputs)
        ctx = self._context(request, context, state, inputs)
        with calls.of(request.urn):
            found = lifecycle.read(entry, ctx, request.id, state, inputs)
        if found is None:
            return provider_pb2.ReadResponse()
        id_, outputs, new_inputs = found
        return provider_pb2.ReadResponse(id=id_, properties=encode_struct(outputs), inputs=encode_struct(new_inputs))

    @reports_errors
    def Update(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:  # noqa: N802
        """Changes a resource, or says what its state would be."""
        entry = self._entry(request.urn)
        old, news = decode_struct(request.olds), decode_struct(request.news)
        old_inputs = decode_struct(request.old_inputs)
        if request.preview:
            self._tell_lacks(entry, request.urn, news, context)
            state = lifecycle.preview_update(entry, old, old_inputs, news)
        else:
            ctx = self._context(request, context, news, old)
            with self._operations.begun("update", request.urn, request.id):
                state = lifecycle.update(entry, ctx, request.id, old, old_inputs=old_inputs, news=news)
        return provider_pb2.UpdateResponse(properties=encode_struct(state))

    @reports_errors
    def Delete(self, request: Any, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """Takes a resource away."""
        entry = self._entry(request.urn)
        state = decode_struct(request.properties)
        with self._operations.begun("delete", request.urn, request.id):
            lifecycle.delete(entry, self._context(request, context, state), request.id, state)
        return empty_pb2.Empty()

    # -- invokes --------------------------------------------------------------------------------------------------

    @reports_errors
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:  # noqa: N802
        """Answers a data source."""
        function = registry.functions().get(request.tok)
        if function is None:
            raise NotInLocalAwsError(f"{request.tok} is not in the local AWS")
        arguments = {key: value for key, value in decode_struct(request.args).items() if value is not None}
        known = function.arguments | {"region"}
        failures = [
            provider_pb2.CheckFailure(
                property=key, reason=f"the argument {key!r} of {request.tok} is not in the local AWS"
            )
            for key in sorted(set(arguments) - known)
        ]
        failures += [
            provider_pb2.CheckFailure(property=key, reason=f"missing required argument {key!r}")
            for key in sorted(function.required - set(arguments))
        ]
        if failures:
            return provider_pb2.InvokeResponse(failures=failures)
        config = self._config(context)
        ctx = Context(clients=self.clients, config=config, region=arguments.get("region") or config.region)
        try:
            result = function.call(ctx, arguments)
        except Exception as error:
            raise ProviderError(f"invoke {request.tok}: {describe(error)}") from error
        return provider_pb2.InvokeResponse(**{"return": encode_struct(result)})


def _property_diff(change: Change) -> provider_pb2.PropertyDiff:
    kinds = provider_pb2.PropertyDiff
    kind = {
        ("add", False): kinds.ADD,
        ("add", True): kinds.ADD_REPLACE,
        ("delete", False): kinds.DELETE,
        ("delete", True): kinds.DELETE_REPLACE,
        ("update", False): kinds.UPDATE,
        ("update", True): kinds.UPDATE_REPLACE,
    }[change.kind, change.replaces]
    return provider_pb2.PropertyDiff(kind=kind, inputDiff=True)
