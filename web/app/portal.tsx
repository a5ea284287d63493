/* The public portal, /…: for anybody, without signing in. It does not load Ant Design. */
import "./ui/tokens.css";
import "./rooms/portal/portal.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";
import { queries } from "./api/query.ts";
import { all } from "./rooms/shell/routes.ts";
import { PortalError, PortalNotFound, PortalShell } from "./rooms/portal/shell.tsx";
import { startLanguage } from "./text/index.ts";

const router = createBrowserRouter(
  [
    {
      element: <PortalShell />,
      errorElement: <PortalError />,
      children: [
        ...all
          .filter((route) => route.portal)
          .map(({ path, Page }) => ({
            path,
            element: (
              <Suspense fallback={null}>
                <Page />
              </Suspense>
            ),
            errorElement: <PortalError />,
          })),
        { path: "*", element: <PortalNotFound /> },
      ],
    },
  ],
  { basename: new URL(document.baseURI).pathname },
);

void startLanguage().then(() =>
  createRoot(document.getElementById("root")!).render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  ),
);
