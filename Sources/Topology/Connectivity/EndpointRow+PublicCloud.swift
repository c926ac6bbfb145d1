/// The regional lists of required endpoints as rows: what all regions of the public cloud share, and what only some have.
///
/// Taken row by row from the lists in the state of 2025-11-27; ``AzureRegion`` names each list.
extension EndpointRow {
    static let publicCloud: [EndpointRow] = [
        EndpointRow("mcr.microsoft.com", 443, .kubernetes, .from(2408), .always),
        EndpointRow("westus.data.mcr.microsoft.com", 443, .kubernetes, .from(2408), .always),
        EndpointRow("azurearcfork8s.azurecr.io", 443, .kubernetes, .from(2408), .always),
        EndpointRow("linuxgeneva-microsoft.azurecr.io", 443, .kubernetes, .from(2408), .always),
        EndpointRow("azurearcfork8sdev.azurecr.io", 443, .kubernetes, .from(2408), .always),
        EndpointRow("hybridaks.azurecr.io", 443, .kubernetes, .from(2408), .always),
        EndpointRow("aszk8snetworking.azurecr.io", 443, .kubernetes, .from(2408), .always),
        EndpointRow("*.do.dsp.mp.microsoft.com", 443, .kubernetes, .from(2408), .always),
        EndpointRow("*.prod.do.dsp.mp.microsoft.com", 443, .kubernetes, .from(2408), .always),
        EndpointRow("sts.windows.net", 443, .kubernetes, .from(2408), .always),
        EndpointRow("ecpacr.azurecr.io", 443, .kubernetes, .from(2408), .always),
        EndpointRow("msk8s.api.cdp.microsoft.com", 443, .resourceBridge, .from(2411), .always),
        EndpointRow("msk8s.sb.tlu.dl.delivery.mp.microsoft.com", 443, .resourceBridge, .from(2411), .always),
        EndpointRow("time.windows.com", 123, .resourceBridge, .no, .always),
        EndpointRow("k8connecthelm.azureedge.net", 443, .resourceBridge, .from(2408), .always),
        EndpointRow("kvamanagementoperator.azurecr.io", 443, .resourceBridge, .from(2408), .always),
        EndpointRow("packages.microsoft.com", 443, .resourceBridge, .from(2408), .always),
        EndpointRow("k8sconnectcsp.azureedge.net", 443, .resourceBridge, .from(2408), .always),
        EndpointRow("*.prod.hot.ingest.monitor.core.windows.net", 443, .resourceBridge, .from(2408), .always),
        EndpointRow("prod5.prod.hot.ingestion.msftcloudes.com", 443, .resourceBridge, .from(2408), .always),
        EndpointRow("download.microsoft.com", 443, .arcAgent, .from(2503), .always),
        EndpointRow("pas.windows.net", 443, .arcAgent, .from(2408), .always),
        EndpointRow("guestnotificationservice.azure.com", 443, .arcAgent, .from(2408), .always),
        EndpointRow("gbl.his.arc.azure.com", 443, .arcAgent, .registrationRequired, .always),
        EndpointRow("{identity}.his.arc.azure.com", 443, .arcAgent, .registrationRequired, .always),
        EndpointRow("{region}-gas.guestconfiguration.azure.com", 443, .arcAgent, .from(2408), .always),
        EndpointRow("agentserviceapi.guestconfiguration.azure.com", 443, .arcAgent, .from(2408), .always),
        EndpointRow("azgn*.servicebus.windows.net", 443, .arcAgent, .from(2408), .always),
        EndpointRow("*.servicebus.windows.net", 443, .arcAgent, .from(2408), .always),
        EndpointRow(
            "*.waconazure.com", 443, .windowsAdminCenter, .from(2408), .afterwards, feature: .windowsAdminCenter),
        EndpointRow(
            "<arc-gateway>.gw.arc.azure.com", 443, .arcGateway, .registrationRequired, .always, feature: .arcGateway),
        EndpointRow("login.microsoftonline.com", 443, .authentication, .registrationRequired, .always),
        EndpointRow("graph.windows.net", 443, .authentication, .from(2408), .always),
        EndpointRow("graph.microsoft.com", 443, .authentication, .from(2408), .always),
        EndpointRow("login.windows.net", 443, .authentication, .from(2408), .always),
        EndpointRow("crl3.digicert.com", 80, .benefits, .no, .always),
        EndpointRow("crl4.digicert.com", 80, .benefits, .no, .always),
        EndpointRow("www.powershellgallery.com", 443, .deployment, .from(2411), .always),
        EndpointRow("portal.azure.com", 443, .deployment, .from(2408), .always),
        EndpointRow("*.blob.core.windows.net", 443, .deployment, .from(2408), .always),
        EndpointRow("hciarcvmscontainerregistry.azurecr.io", 443, .deployment, .from(2408), .always),
        EndpointRow("azurestackreleases.download.prss.microsoft.com", 443, .deployment, .no, .always),
        EndpointRow("<key-vault>.vault.azure.net", 443, .authentication, .no, .always, feature: .secrets),
        EndpointRow("settings-win.data.microsoft.com", 443, .deployment, .from(2408), .always),
        EndpointRow("dp.stackhci.azure.com", 443, .billing, .from(2408), .always),
        EndpointRow("licensing.platform.edge.azure.com", 443, .billing, .from(2408), .always),
        EndpointRow("billing.platform.edge.azure.com", 443, .billing, .from(2408), .always),
        EndpointRow("azurestackhci.azurefd.net", 443, .billing, .from(2408), .always),
        EndpointRow("management.azure.com", 443, .management, .registrationRequired, .always),
        EndpointRow("global.prod.microsoftmetrics.com", 443, .monitoring, .from(2408), .always),
        EndpointRow("prod5.prod.microsoftmetrics.com", 443, .monitoring, .from(2408), .always),
        EndpointRow("dc.services.visualstudio.com", 443, .monitoring, .registrationRequired, .always),
        EndpointRow("qos.prod.warm.ingest.monitor.core.windows.net", 443, .monitoring, .from(2408), .always),
        EndpointRow("gcs.prod.monitoring.core.windows.net", 443, .monitoring, .from(2408), .always),
        EndpointRow("adhs.events.data.microsoft.com", 443, .monitoring, .from(2408), .always),
        EndpointRow("v20.events.data.microsoft.com", 443, .monitoring, .from(2408), .always),
        EndpointRow("aka.ms", 443, .deployment, .no, .always),
        EndpointRow("crl.microsoft.com/pkiinfra", 80, .certificates, .no, .always),
        EndpointRow("go.microsoft.com", 443, .update, .from(2411), .always, feature: .updates),
        EndpointRow("login.microsoft.com", 443, .authentication, .from(2408), .always),
        EndpointRow("*.blob.storage.azure.net", 443, .kubernetes, .from(2408), .always),
        EndpointRow("{region}.obo.arc.azure.com", 8084, .kubernetes, .no, .afterwards),
        EndpointRow("oneocsp.microsoft.com", 80, .certificates, .no, .always),
        EndpointRow("ts-crl.ws.symantec.com", 80, .certificates, .no, .always),
        EndpointRow("ts-ocsp.ws.symantec.com", 80, .certificates, .no, .always),
        EndpointRow("s.symcd.com", 80, .certificates, .no, .always),
        EndpointRow("ocsp.digicert.com", 80, .certificates, .no, .always),
        EndpointRow("ocsp.globalsign.com", 80, .certificates, .no, .always),
        EndpointRow("ocsp2.globalsign.com", 80, .certificates, .no, .always),
        EndpointRow("hciarcvmsstorage.z13.web.core.windows.net", 443, .kubernetes, .from(2411), .always),
        EndpointRow("www.msftconnecttest.com/connecttest.txt", 80, .kubernetes, .no, .deployment),
        EndpointRow("edgesupprd.trafficmanager.net", 443, .kubernetes, .from(2408), .always),
        EndpointRow("azurewatsonanalysis-prod.core.windows.net", 443, .kubernetes, .from(2503), .always),
        EndpointRow("arcplatformcliextprod.z13.web.core.windows.net", 443, .resourceBridge, .from(2503), .always),
    ]

    static let someRegions: [EndpointRow] = [
        EndpointRow(
            "northeurope.data.mcr.microsoft.com", 443, .kubernetes, .from(2408), .always,
            only: [.canadaCentral, .eastUS, .westEurope]),
        EndpointRow("westeurope.data.mcr.microsoft.com", 443, .kubernetes, .from(2408), .always, only: [.eastUS]),
        EndpointRow(
            "{region}.dp.kubernetesconfiguration.azure.com", 443, .kubernetes, .from(2408), .deployment, only: [.eastUS]
        ),
        EndpointRow("raw.githubusercontent.com", 443, .kubernetes, .obsolete(2504), .always, only: [.eastUS]),
        EndpointRow(
            "{region}.dp.prod.appliances.azure.com", 443, .resourceBridge, .from(2408), .deployment, only: [.eastUS]),
        EndpointRow("{region}.login.microsoft.com", 443, .authentication, .no, .deployment, only: [.eastUS]),
        EndpointRow(
            "{region}-shared.prod.warm.ingest.monitor.core.windows.net", 443, .monitoring, .from(2408), .deployment,
            only: [.eastUS]),
        EndpointRow(
            "westus-shared.prod.warm.ingest.monitor.core.windows.net", 443, .monitoring, .from(2408), .deployment,
            only: [.eastUS]),
        EndpointRow(
            "*.endpoint.security.microsoft.com", 443, .defender, .from(2411), .always, feature: .defender,
            only: .everywhere(but: [.centralIndia, .japanEast, .southCentralUS])),
        EndpointRow(
            "{region}.dp.kubernetesconfiguration.azure.com", 443, .kubernetes, .from(2408), .always,
            only: .everywhere(but: [.eastUS])),
        EndpointRow(
            "{region}.dp.prod.appliances.azure.com", 443, .resourceBridge, .from(2408), .always,
            only: .everywhere(but: [.eastUS, .southCentralUS])),
        EndpointRow(
            "{region}.login.microsoft.com", 443, .authentication, .no, .always, only: .everywhere(but: [.eastUS])),
        EndpointRow(
            "{region}-shared.prod.warm.ingest.monitor.core.windows.net", 443, .monitoring, .from(2408), .always,
            only: .everywhere(but: [.eastUS])),
        EndpointRow(
            "*.endpoint.security.microsoft.com", 443, .defender, .no, .always, feature: .defender,
            only: [.centralIndia, .japanEast, .southCentralUS]),
        EndpointRow(
            "tsfe.trafficshaping.dsp.mp.microsoft.com", 443, .update, .no, .always, feature: .updates,
            only: [.japanEast, .southCentralUS]),
        EndpointRow(
            "scus.dp.prod.appliances.azure.com", 443, .resourceBridge, .from(2408), .always, only: [.southCentralUS]),
        EndpointRow("{region}.data.mcr.microsoft.com", 443, .kubernetes, .from(2408), .always, only: [.southeastAsia]),
    ]
}
