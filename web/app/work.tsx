/* The workbench, /w/…: for whoever has signed in. */
import "virtual:antd.css";
import "./parts/tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider } from "react-router";
import { queries } from "./api/query.ts";
import { all } from "./pages/routes.ts";
import { Loading, Provider } from "./parts/provider.tsx";
import { NotFound, PageError, Shell } from "./parts/shell.tsx";
import { startLanguage } from "./text/index.ts";

const router = createBrowserRouter(
  [
    {
      element: <Shell />,
      errorElement: <PageError />,
      children: [
        ...all
          .filter((route) => !route.portal)
          .map(({ path, Page }) => ({
            path,
            element: (
              <Suspense fallback={<Loading />}>
                <Page />
              </Suspense>
            ),
            errorElement: <PageError />,
          })),
        { path: "*", element: <NotFound /> },
      ],
    },
  ],
  { basename: `${new URL(document.baseURI).pathname}w` },
);

void startLanguage().then(() =>
  createRoot(document.getElementById("root")!).render(
    <Provider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Provider>,
  ),
);
