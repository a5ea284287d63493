/* The workbench, /w/…: for whoever has signed in. */
import "virtual:antd.css";
import "./ui/tokens.css";
import "./ui/headings.css";
import "./ui/utility.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, matchRoutes, RouterProvider } from "react-router";
import { watchProgram } from "./api/connection.ts";
import { queries } from "./api/query.ts";
import { readAhead } from "./api/session.ts";
import { all, type PageRoute } from "./rooms/shell/routes.ts";
import { Entry } from "./rooms/shell/entry.tsx";
import { NoPage, PageError, PageOf } from "./rooms/shell/page.tsx";
import { Provider } from "./ui/provider.tsx";
import { Shell } from "./rooms/shell/shell.tsx";
import { Waiting } from "./ui/states.tsx";
import { startLanguage } from "./text/index.ts";

const work = all.filter((route) => !route.portal);
const page = (route: PageRoute) => ({ path: route.path, element: <PageOf route={route} />, errorElement: <PageError /> });

const basename = `${new URL(document.baseURI).pathname}w`;

const router = createBrowserRouter(
  [
    { element: <Entry />, errorElement: <PageError />, children: work.filter((route) => route.open).map(page) },
    {
      element: <Shell routes={work} />,
      errorElement: <PageError />,
      children: [...work.filter((route) => !route.open).map(page), { path: "*", element: <NoPage /> }],
    },
  ],
  { basename },
);

watchProgram();
void matchRoutes(work, location, basename)?.at(-1)?.route.preload().catch(() => {}); // the page itself tells a failure
void Promise.all([startLanguage(), readAhead()]).then(() =>
  createRoot(document.getElementById("root")!).render(
    <Provider>
      <QueryClientProvider client={queries}>
        <Suspense fallback={<Waiting />}>
          <RouterProvider router={router} />
        </Suspense>
      </QueryClientProvider>
    </Provider>,
  ),
);
