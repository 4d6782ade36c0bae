package dev.redstart.http;

/** An agent by the A2A protocol, in all its ways. */
final class A2aRoutes {
  private final A2aEndpoint endpoint;

  A2aRoutes(A2aEndpoint endpoint, boolean hasToken) {
    this.endpoint = hasToken ? endpoint.withToken() : endpoint;
  }

  void addTo(Router router) {
    var rpc = new A2aRpc(endpoint);
    new A2aCard(endpoint).addTo(router);
    router
        .add("POST", "/a2a/", Response.ANY, rpc::handle)
        .add("POST", "/a2a/{tenant}/", Response.ANY, rpc::handle);
    new A2aRest(endpoint).addTo(router);
  }
}
