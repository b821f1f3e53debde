# The server with a Docker client and Compose: docker build -t gopdater .
ARG NODE_IMAGE=node:24-alpine
ARG RUNTIME_IMAGE=${NODE_IMAGE}
ARG CLI_IMAGE=docker:28-cli

FROM ${CLI_IMAGE} AS cli

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY . .
RUN node scripts/bootstrap.mjs --build
# Only the server, what it needs at run time, and no links to what stays behind.
RUN npx -y "$(node -p 'require("./package.json").packageManager')" --filter @gopdater/server deploy --prod /app

FROM ${RUNTIME_IMAGE}
COPY --from=cli /usr/local/bin/docker /usr/local/bin/docker
COPY --from=cli /usr/local/libexec/docker/cli-plugins/docker-compose /usr/local/libexec/docker/cli-plugins/docker-compose
# Not /app: a helper container has the project's folder where it is on the host.
WORKDIR /usr/local/lib/gopdater
COPY --from=build /app .
RUN ln -s /usr/local/lib/gopdater/dist/bin.js /usr/local/bin/gopdater && chmod +x dist/bin.js && mkdir -m 700 /data && chown node /data
ENV NODE_ENV=production GOPDATER_DATA=/data
VOLUME /data
LABEL org.opencontainers.image.title="gopdater" \
      org.opencontainers.image.description="A push to a registry becomes the running version on your own server." \
      org.opencontainers.image.licenses="MIT"
USER node
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --start-interval=1s CMD ["node", "dist/bin.js", "health"]
ENTRYPOINT ["node", "dist/bin.js"]
CMD ["serve"]
