"""An engine in miniature: it speaks the provider protocol as the real one does, one call at a time."""

import itertools

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from localaws.provider.values import decode_struct, encode_struct

_counter = itertools.count()


class Resource:
    """A resource as the engine remembers it."""

    def __init__(self, token, name, inputs, id_=None, state=None):
        self.token, self.name, self.inputs, self.id, self.state = token, name, inputs, id_, state

    @property
    def urn(self):
        return f"urn:pulumi:test::project::{self.token}::{self.name}"


class Engine:
    """One connection to a provider, with its configuration."""

    def __init__(self, port, **config):
        self._channel = grpc.insecure_channel(
            f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1), ("engine", next(_counter))]
        )
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.stub.Handshake(self.handshake_request())
        self.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
        self.configure({"region": "eu-west-1", **config})

    @staticmethod
    def handshake_request():
        return provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1")

    @staticmethod
    def check_request(config):
        urn = "urn:pulumi:test::project::pulumi:providers:aws::default"
        return provider_pb2.CheckRequest(urn=urn, news=encode_struct(config))

    @staticmethod
    def partial_failure(error):
        """What the engine would keep of a resource that is there but not as it should be."""
        trailers = dict(error.trailing_metadata())
        status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
        found = provider_pb2.ErrorResourceInitFailed()
        assert status.details[0].Unpack(found)
        return found

    def configure(self, config):
        self.stub.Configure(provider_pb2.ConfigureRequest(args=encode_struct(config)))

    def close(self):
        self._channel.close()

    def cancel(self):
        self.stub.Cancel(empty_pb2.Empty())

    def check(self, token, inputs, name="thing", olds=None, **more):
        """(checked inputs, {property: reason})"""
        answer = self.stub.Check(
            provider_pb2.CheckRequest(
                urn=Resource(token, name, inputs).urn,
                news=encode_struct(inputs),
                olds=encode_struct(olds or {}),
                randomSeed=b"seed",
                **more,
            )
        )
        return decode_struct(answer.inputs), {failure.property: failure.reason for failure in answer.failures}

    def valid(self, token, inputs, name="thing", olds=None):
        checked, failures = self.check(token, inputs, name, olds)
        assert failures == {}
        return checked

    def preview(self, token, inputs, name="thing"):
        checked = self.valid(token, inputs, name)
        answer = self.stub.Create(
            provider_pb2.CreateRequest(
                urn=Resource(token, name, checked).urn, properties=encode_struct(checked), preview=True
            )
        )
        return decode_struct(answer.properties)

    def create(self, token, inputs, name="thing", timeout=0):
        made = Resource(token, name, self.valid(token, inputs, name))
        answer = self.stub.Create(
            provider_pb2.CreateRequest(urn=made.urn, properties=encode_struct(made.inputs), timeout=timeout)
        )
        made.id, made.state = answer.id, decode_struct(answer.properties)
        return made

    def diff(self, made, inputs, ignore=()):
        """{path: kind} of what changes, and whether it replaces."""
        news = self.valid(made.token, inputs, made.name, made.inputs)
        answer = self.stub.Diff(
            provider_pb2.DiffRequest(
                id=made.id,
                urn=made.urn,
                olds=encode_struct(made.state),
                old_inputs=encode_struct(made.inputs),
                news=encode_struct(news),
                ignoreChanges=ignore,
            )
        )
        kinds = provider_pb2.PropertyDiff.Kind
        assert bool(answer.detailedDiff) == (answer.changes == provider_pb2.DiffResponse.DIFF_SOME)
        return {path: kinds.Name(change.kind) for path, change in answer.detailedDiff.items()}, answer

    def update(self, made, inputs, preview=False):
        news = self.valid(made.token, inputs, made.name, made.inputs)
        answer = self.stub.Update(
            provider_pb2.UpdateRequest(
                id=made.id,
                urn=made.urn,
                olds=encode_struct(made.state),
                old_inputs=encode_struct(made.inputs),
                news=encode_struct(news),
                preview=preview,
            )
        )
        state = decode_struct(answer.properties)
        if not preview:
            made.inputs, made.state = news, state
        return state

    def read(self, made):
        """(state, inputs) as they are now, None if the thing is gone."""
        answer = self.stub.Read(
            provider_pb2.ReadRequest(
                id=made.id, urn=made.urn, properties=encode_struct(made.state), inputs=encode_struct(made.inputs)
            )
        )
        return (decode_struct(answer.properties), decode_struct(answer.inputs)) if answer.id else None

    def import_(self, token, id_, name="imported"):
        found = Resource(token, name, {}, id_, {})
        answer = self.stub.Read(provider_pb2.ReadRequest(id=id_, urn=found.urn))
        found.id, found.state, found.inputs = answer.id, decode_struct(answer.properties), decode_struct(answer.inputs)
        return found

    def delete(self, made, timeout=0):
        self.stub.Delete(
            provider_pb2.DeleteRequest(id=made.id, urn=made.urn, properties=encode_struct(made.state), timeout=timeout)
        )

    def invoke(self, token, **arguments):
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode_struct(arguments)))
        assert not answer.failures, answer.failures
        return decode_struct(getattr(answer, "return"))

    def refused(self, token, **arguments):
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=encode_struct(arguments)))
        return {failure.property: failure.reason for failure in answer.failures}
