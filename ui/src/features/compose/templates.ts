/** What a new project may begin with. */
export interface Template {
  id: string;
  text: string;
}

const web = `services:
  web:
    image: nginx:1
    ports:
      - "8080:80"
    volumes:
      - ./site:/usr/share/nginx/html:ro
    restart: unless-stopped
`;

const app = `services:
  app:
    build: .
    ports:
      - "3000:3000"
    environment:
      DATABASE_URL: postgres://app:app@db:5432/app
    depends_on:
      db:
        condition: service_healthy
    develop:
      watch:
        - action: sync
          path: ./src
          target: /app/src

  db:
    image: postgres:17
    environment:
      POSTGRES_USER: app
      POSTGRES_PASSWORD: app
    volumes:
      - data:/var/lib/postgresql/data
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U app"]
      interval: 5s

volumes:
  data:
`;

const stores = `services:
  db:
    image: postgres:17
    ports:
      - "127.0.0.1:5432:5432"
    environment:
      POSTGRES_PASSWORD: postgres
    volumes:
      - db:/var/lib/postgresql/data

  cache:
    image: redis:8
    ports:
      - "127.0.0.1:6379:6379"
    volumes:
      - cache:/data

volumes:
  db:
  cache:
`;

const empty = `services:
  app:
    image: hello-world
`;

export const TEMPLATES: readonly Template[] = [
  { id: "web", text: web },
  { id: "app", text: app },
  { id: "stores", text: stores },
  { id: "empty", text: empty },
];
