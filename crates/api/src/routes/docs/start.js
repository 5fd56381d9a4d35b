// A requirement of nothing beside the token is always met: its padlock would be shown as closed.
const OptionalTokens = {
  statePlugins: {
    auth: {
      wrapSelectors: {
        isAuthorized: (original) => (_state, requirements) =>
          original(requirements?.filter((requirement) => requirement.size > 0)),
      },
    },
  },
};

SwaggerUIBundle({
  url: "api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: true,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [OptionalTokens],
});
